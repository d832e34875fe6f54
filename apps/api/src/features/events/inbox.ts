import type { EventHub } from '../../event-hub.ts';

/** Commits may become visible in another order than their times; so much is read again. Milliseconds. */
export const OVERLAP_MS = 10_000;

/** What a stream has yet to read and to tell. */
export interface Due {
  /** Everything that changed since then; null where nothing was missed. */
  since: Date | null;
  generations: readonly string[];
  keys: readonly string[];
  /** Whoever listens may have lost the right to. */
  accessChanged: boolean;
}

/**
 * Collects the hints that come while a stream is busy, each once.
 *
 * @param options.since from when on everything is to be read at first
 * @param options.generationId where given, hints of everything else are dropped
 * @param options.userId who listens
 * @param options.signal ends every wait
 */
export function createInbox(
  hub: EventHub,
  options: { since: Date | null; generationId: string | undefined; userId: string; signal: AbortSignal },
) {
  const { generationId, userId, signal } = options;
  const generations = new Set<string>(generationId ? [generationId] : []);
  const keys = new Set<string>();
  let { since } = options;
  let accessChanged = false;
  // Whoever heard a hint was connected, so nothing before it was missed.
  let heardAt = Date.now();
  let wake = (): void => {};
  const onAbort = (): void => wake();

  const unsubscribe = hub.subscribe((changes) => {
    if (changes === null) since ??= new Date(heardAt - OVERLAP_MS);
    accessChanged ||= changes === null || changes.accounts.includes(userId) || changes.service.length > 0;
    for (const id of changes?.generations ?? [])
      if (!generationId || id === generationId) generations.add(id);
    if (!generationId) for (const id of changes?.keys ?? []) keys.add(id);
    heardAt = Date.now();
    if (isFilled()) wake();
  });
  signal.addEventListener('abort', onAbort);

  function isFilled(): boolean {
    return since !== null || accessChanged || generations.size > 0 || keys.size > 0;
  }

  return {
    /** Empties it. */
    take(): Due {
      const due = { since, generations: [...generations], keys: [...keys], accessChanged };
      since = null;
      accessChanged = false;
      generations.clear();
      keys.clear();
      return due;
    },

    /** Resolves once there is something in it or the signal ended it: true; or after `ms`: false. */
    wait(ms: number): Promise<boolean> {
      if (isFilled() || signal.aborted) return Promise.resolve(true);
      return new Promise((resolve) => {
        const timer = setTimeout(() => resolve(false), ms);
        wake = () => {
          clearTimeout(timer);
          resolve(true);
        };
      });
    },

    close(): void {
      signal.removeEventListener('abort', onAbort);
      unsubscribe();
    },
  };
}
