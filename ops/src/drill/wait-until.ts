import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../command.ts';

const EVERY_MS = 100;

/** Looks again and again until there is something. Throws a Problem where that takes too long. */
export async function waitUntil<T>(
  what: string,
  timeoutMs: number,
  look: () => Promise<T | null | undefined | false>,
): Promise<T> {
  const giveUpAt = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > giveUpAt) throw new Problem(`Waited ${timeoutMs / 1_000} s in vain for ${what}.`);
    await sleep(EVERY_MS);
  }
}
