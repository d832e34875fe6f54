// @ts-check
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks until the answer is yes.
 * @template T
 * @param {() => Promise<T> | T} look
 * @param {number} timeoutMs
 * @returns {Promise<T | undefined>} the first answer that is; undefined where none came in time
 */
export async function until(look, timeoutMs) {
  for (const giveUpAt = Date.now() + timeoutMs; ; ) {
    const found = await look();
    if (found) return found;
    if (Date.now() > giveUpAt) return undefined;
    await sleep(20);
  }
}

export { sleep };
