/** Hears ids of changed generations; or null after a gap, when anything may have changed. */
export type Subscriber = (generationIds: readonly string[] | null) => void;

/** Passes what the database tells this process on to every open event stream. */
export function createEventHub() {
  const subscribers = new Set<Subscriber>();
  return {
    publish(generationIds: readonly string[] | null): void {
      for (const subscriber of subscribers) subscriber(generationIds);
    },
    /** Returns how to end it. */
    subscribe(subscriber: Subscriber): () => void {
      subscribers.add(subscriber);
      return () => subscribers.delete(subscriber);
    },
  };
}
