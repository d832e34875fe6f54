import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { growingDelay, LONGEST_SLEEP_MS, pollDelay } from '../../src/domain/polling.ts';

describe('when to ask again', () => {
  it('is never sooner than the pace allows, never later than the longest sleep, and whole', () => {
    const ms = fc.double({ min: 0, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(ms, ms, fc.integer({ min: 50, max: LONGEST_SLEEP_MS }), (age, expected, min) => {
        for (const delay of [pollDelay(age, expected, min), growingDelay(age, min)]) {
          expect(delay).toBeGreaterThanOrEqual(min);
          expect(delay).toBeLessThanOrEqual(LONGEST_SLEEP_MS);
          expect(Number.isInteger(delay)).toBe(true);
        }
      }),
    );
  });

  it('waits first, looks often when it is due, and then ever more seldom', () => {
    expect(pollDelay(0, 90_000, 2_000)).toBe(27_000);
    expect(pollDelay(90_000, 90_000, 2_000)).toBe(7_500);
    expect(pollDelay(400_000, 90_000, 2_000)).toBe(50_000);
  });
});
