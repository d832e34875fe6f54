import { isRetryable } from '@veogate/shared/domain/errors';
import { billings } from '@veogate/shared/domain/errors/entry';
import { type GenerationErrorCode, generationErrors } from '@veogate/shared/domain/errors/generations';
import { describe, expect, it } from 'vitest';
import { readFilters } from '../src/data/filters.ts';
import { actionsFor } from '../src/features/generation/actions.ts';
import { t } from '../src/strings/en.ts';
import { bytes, clock, fromNow, ordinal, roughly } from '../src/strings/format.ts';
import { priceOf, priceText } from '../src/ui/price.ts';
import { generation, videoModel } from './support/samples.ts';

describe('numbers and times as they are read', () => {
  it.each([
    [1, '1st'],
    [2, '2nd'],
    [3, '3rd'],
    [4, '4th'],
    [11, '11th'],
    [22, '22nd'],
    [113, '113th'],
  ])('%i is %s', (n, text) => expect(ordinal(n)).toBe(text));

  it.each([
    [-5, '0:00'],
    [42.9, '0:42'],
    [725, '12:05'],
    [3_723, '1:02:03'],
  ])('%d seconds are %s', (seconds, text) => expect(clock(seconds)).toBe(text));

  it.each([
    [0, '1 second'],
    [12, '12 seconds'],
    [43, '45 seconds'],
    [60, '1 minute'],
    [95, '1.5 minutes'],
    [7_200, '2 hours'],
  ])('an estimate of %d seconds is said as %s', (seconds, text) => expect(roughly(seconds)).toBe(text));

  it('tells how far away a time is, before and after', () => {
    const now = Date.parse('2026-01-10T12:00:00Z');
    expect(fromNow('2026-01-10T11:59:50Z', now)).toBe('now');
    expect(fromNow('2026-01-10T11:55:00Z', now)).toBe('5 minutes ago');
    expect(fromNow('2026-01-13T12:00:00Z', now)).toBe('in 3 days');
  });

  it.each([
    [512, '512 bytes'],
    [230_200, '230.2 kB'],
    [20_971_520, '21 MB'],
  ])('%d bytes are %s', (count, text) => expect(bytes(count)).toBe(text));

  it('says a price in its unit, and that nobody knows it', () => {
    expect(priceText(priceOf(videoModel, 1))).toBe('1 credit');
    expect(priceText(priceOf(videoModel, 3))).toBe('3 credits');
    expect(priceText({ amount: '1.20', unit: 'usd' })).toBe('$1.20');
    expect(priceText(priceOf({ ...videoModel, price_per_output: null }, 2))).toBe('Price not known');
  });
});

describe('the filters of an address', () => {
  it('take what is right and leave out the rest', () => {
    expect(readFilters({ status: 'failed', kind: 'nonsense', model: '', q: ' boat ', more: 1 })).toEqual({
      status: 'failed',
      q: 'boat',
    });
  });

  it('take no characters that are no text', () =>
    expect(readFilters({ q: 'bo\0at' })).toEqual({ q: 'boat' }));

  it('take a search for a number', () => expect(readFilters({ q: 42 })).toEqual({ q: '42' }));
});

describe('what can be done', () => {
  it.each([
    ['queued', ['cancel', 'copy_link']],
    ['in_progress', ['copy_link']],
    ['canceling', ['copy_link']],
    ['outcome_unknown', ['look_again', 'dismiss', 'copy_link']],
    ['expired', ['look_again', 'use_again', 'copy_link']],
    ['succeeded', ['use_again', 'copy_link', 'delete']],
    ['failed', ['use_again', 'copy_link', 'delete']],
    ['canceled', ['retry', 'use_again', 'copy_link', 'delete']],
  ] as const)('with one that is %s', (status, actions) =>
    expect(actionsFor(generation({ status }))).toEqual(actions),
  );

  it('with files is to keep them, or not any more', () => {
    const output = { index: 0, mime_type: 'video/mp4', byte_size: 1, width: 1, height: 1, duration_ms: 1 };
    const outputs = [{ ...output, url: '', expires_at: null }];
    for (const [pinned, action] of [
      [false, 'pin'],
      [true, 'unpin'],
    ] as const)
      expect(actionsFor(generation({ outputs, pinned }))).toContain(action);
    expect(actionsFor(generation({ outputs }), false)).not.toContain('pin');
  });
});

describe('what went wrong', () => {
  const ends = (Object.keys(generationErrors) as GenerationErrorCode[]).filter(
    (code) => generationErrors[code].retry !== 'automatic',
  );

  it('has words for each way in which it may have been billed', () => {
    expect(billings.filter((billing) => !t.problems.billing[billing])).toEqual([]);
  });

  it.each(ends)('leaves the way on that the advice of %s names', (code) => {
    const { title, billing, advice, retry } = generationErrors[code];
    const retryable = isRetryable(retry);
    const error = { code, message: title, reason: null, billing, advice, retry, retryable };
    const status = code === 'outcome_unknown' ? code : retry === 'look_again' ? 'expired' : 'failed';
    const actions = actionsFor(generation({ status, error }));
    expect(actions.includes('retry')).toBe(retryable);
    expect(actions.includes('look_again')).toBe(retry === 'look_again');
    expect(actions.includes('use_again')).toBe(status !== 'outcome_unknown');
  });
});
