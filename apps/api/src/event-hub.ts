import type { Changes } from '@veogate/shared/events/channel';

/** Hears what changed; or null after a gap, when anything may have changed. */
export type Subscriber = (changes: Changes | null) => void;

export type EventHub = ReturnType<typeof createEventHub>;

/** Passes what the database tells this process on to every open event stream. */
export function createEventHub() {
  const subscribers = new Set<Subscriber>();
  return {
    publish(changes: Changes | null): void {
      for (const subscriber of subscribers) subscriber(changes);
    },
    /** Returns how to end it. */
    subscribe(subscriber: Subscriber): () => void {
      subscribers.add(subscriber);
      return () => subscribers.delete(subscriber);
    },
  };
}
