import { expect, it } from 'vitest';
import { nextWaitMs } from '../../src/domain/webhooks.ts';

const waits = (type: string, retryAfterMs?: number, random = 0) =>
  [1, 2, 3, 4, 5, 6, 7].map((attempts) => nextWaitMs({ type, attempts }, 5_000, retryAfterMs, random));

it('a message is tried again after 5 s, 5 min, 30 min, 2, 5 and 10 h, and then no more', () => {
  expect(waits('generation.failed')).toEqual([
    5_000,
    300_000,
    1_800_000,
    7_200_000,
    18_000_000,
    36_000_000,
    null,
  ]);
});

it('never sooner, a little later, and not before the receiver wants it', () => {
  expect(waits('generation.failed', undefined, 1)[0]).toBe(5_500);
  expect(waits('generation.failed', 60_000).slice(0, 2)).toEqual([60_000, 300_000]);
});

it('a test is sent once', () => {
  expect(waits('webhook.test').every((wait) => wait === null)).toBe(true);
});
