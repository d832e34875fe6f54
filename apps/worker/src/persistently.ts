import { setTimeout as sleep } from 'node:timers/promises';
import type { Services } from './services.ts';

/** Between two tries. Milliseconds; the sum is shorter than a lease. */
const PAUSES = [100, 500, 1_000, 2_000, 4_000, 5_000];

/**
 * Tries again what must be written down while its worker still knows it, such as how a submit was answered: a database
 * that restarts is back before the last try.
 */
export async function persistently<T>(log: Services['log'], write: () => Promise<T>): Promise<T> {
  for (const pause of PAUSES) {
    try {
      return await write();
    } catch (error) {
      log.warn({ err: error }, 'could not write yet');
      await sleep(pause);
    }
  }
  return write();
}
