import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until `look` answers something; asks often, and says what it waited for where it never comes.
 *
 * @param timeoutMs far longer than it should ever take: passing it is a failure, not a measure
 */
export async function waitFor<T>(
  what: string,
  look: () => Promise<T | undefined | null | false> | T | undefined | null | false,
  timeoutMs = 60_000,
): Promise<T> {
  const giveUpAt = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > giveUpAt) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}.`);
    await sleep(25);
  }
}
