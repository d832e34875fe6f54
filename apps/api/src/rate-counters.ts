import { Redis } from 'ioredis';
import type { Logger } from 'pino';

/** How long a request waits for Redis before it is counted here. Milliseconds. */
const ANSWER_MS = 250;
/** After that Redis is not asked for so long. Milliseconds. */
const PAUSE_MS = 5_000;

/** Where requests are counted: in Redis for all processes together, else in each process by itself. */
export function openRateCounters(redisUrl: string | undefined, log: Pick<Logger, 'warn' | 'info'>) {
  const redis = redisUrl
    ? new Redis(redisUrl, {
        enableOfflineQueue: false,
        maxRetriesPerRequest: 0,
        connectTimeout: 2_000,
        commandTimeout: ANSWER_MS,
        retryStrategy: (times) => Math.min(times * 100, 2_000),
      })
    : null;
  // What is wrong is said where it matters: when a request is counted.
  redis?.on('error', () => {});
  let pausedUntil = 0;
  let isShared = true;

  function note(shared: boolean): void {
    if (shared === isShared) return;
    isShared = shared;
    if (shared) log.info('rate limits are counted by Redis again');
    else log.warn('Redis does not answer: each process counts rate limits by itself');
  }

  return {
    redis,
    counts: (): 'shared' | 'this_process' =>
      redis && redis.status === 'ready' && isShared ? 'shared' : 'this_process',

    /** Counts in Redis, and where that does not answer in this process. */
    async count<T>(together: () => Promise<T>, alone: () => Promise<T>): Promise<T> {
      if (!redis) return alone();
      if (redis.status !== 'ready' || Date.now() < pausedUntil) {
        note(false);
        return alone();
      }
      try {
        const counted = await together();
        note(true);
        return counted;
      } catch {
        pausedUntil = Date.now() + PAUSE_MS;
        note(false);
        return alone();
      }
    },

    close: (): void => redis?.disconnect(),
  };
}
