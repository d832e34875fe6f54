import { describe, expect, it } from 'vitest';
import { type ErrorEntry, retryRules } from '../../src/domain/errors/entry.ts';
import { type GenerationErrorCode, generationErrors } from '../../src/domain/errors/generations.ts';
import { type ErrorCode, errorCatalogue, isRetryable } from '../../src/domain/errors.ts';
import { toFailure } from '../../src/domain/failure.ts';
import { providerIds } from '../../src/domain/models.ts';

const all = Object.entries<ErrorEntry>(errorCatalogue);
const codes = Object.keys(generationErrors) as GenerationErrorCode[];
const waits = codes.filter((code) => generationErrors[code].retry === 'automatic');

/** Of these texts, those that come more than once. */
const twice = (texts: string[]) => texts.filter((text, index) => texts.indexOf(text) !== index);

describe('the catalogue of errors', () => {
  it.each(all)(
    '%s says in whole sentences what happened and what to do',
    (_code, { title, advice, status }) => {
      for (const text of [title, advice]) expect(text).toMatch(/^[A-Z].*[.]$|npm run [a-z -]+$/);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(600);
    },
  );

  it('has each code once, and no two that say the same', () => {
    expect(twice(all.map(([, { title }]) => title))).toEqual([]);
    expect(twice(codes.map((code) => generationErrors[code].advice))).toEqual([]);
    expect(all.map(([code]) => code)).toEqual(expect.arrayContaining(codes));
  });

  it('knows no request that the service repeats by itself: only generations wait', () => {
    const requests = all.filter(([code]) => !Object.hasOwn(generationErrors, code));
    expect(requests.filter(([, { retry }]) => retry === 'automatic' || retry === 'look_again')).toEqual([]);
  });

  it('names no provider, since there may be another tomorrow', () => {
    for (const [, { title, advice }] of all)
      for (const id of providerIds)
        expect(`${title} ${advice}`.toLowerCase()).not.toMatch(RegExp(`\\b${id}\\b`));
  });
});

describe('what a generation ends with, or waits for', () => {
  it.each(codes)('%s tells whether it was billed, and how it may still come to a good end', (code) => {
    const failure = toFailure({ state: 'failed', errorCode: code });
    expect(failure).toMatchObject({ code, retry: expect.toBeOneOf([...retryRules]) });
    expect(['not_billed', 'maybe_billed', 'billed']).toContain(failure?.billing);
  });

  it('is never billed while it waits to be sent', () => {
    expect(waits.filter((code) => generationErrors[code].billing !== 'not_billed')).toEqual([]);
  });

  it('says so where the service does it by itself, and else never promises it', () => {
    for (const code of codes) {
      const promises = generationErrors[code].advice.includes('by itself');
      expect([code, promises]).toEqual([code, generationErrors[code].retry === 'automatic']);
    }
  });

  it('is not to be repeated blindly where it may have been billed, save that the advice warns of it', () => {
    const paid = codes.filter((code) => generationErrors[code].billing !== 'not_billed');
    const repeated = paid.filter((code) => isRetryable(generationErrors[code].retry));
    expect(repeated).toEqual(['no_result']);
    expect(generationErrors.no_result.advice).toContain('before you retry');
  });

  it('is nothing where the code is of a request, or the state is none that went wrong', () => {
    const request: ErrorCode = 'invalid_request';
    expect(toFailure({ state: 'failed', errorCode: request })).toBeNull();
    expect(toFailure({ state: 'queued', errorCode: 'provider_rate_limited' })).toBeNull();
    expect(toFailure({ state: 'failed', errorCode: null })).toBeNull();
  });
});
