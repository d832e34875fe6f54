import { describe, expect, it } from 'vitest';
import { fromParts, times, toParts } from '../../src/domain/money.ts';

describe('money', () => {
  it.each([
    ['0.4', 3, 'usd', '1.20'],
    ['0.034', 10, 'usd', '0.34'],
    ['0.0001', 3, 'usd', '0.0003'],
    ['1', 4, 'credits', '4'],
    ['1', 0, 'credits', '0'],
    ['0', 5, 'usd', '0.00'],
  ] as const)('%s times %i %s is %s', (price, factor, unit, amount) => {
    expect(times(price, factor, unit)).toEqual({ amount, unit });
  });

  it('keeps the sign', () => {
    expect(fromParts(toParts('-2.5'), 'usd').amount).toBe('-2.50');
  });

  it.each(['', '1.', '.5', '1.23456', '1e3', 'NaN', ' 1'])('refuses "%s"', (text) => {
    expect(() => toParts(text)).toThrow(RangeError);
  });
});
