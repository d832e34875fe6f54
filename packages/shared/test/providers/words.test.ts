import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLoopbackUrl, isPublicAddress } from '../../src/providers/http/public-address.ts';
import { readRetryAfter } from '../../src/providers/http/retry-after.ts';
import { scrub } from '../../src/providers/http/scrub.ts';
import { SECRET } from './support/genaipro.ts';

describe('scrubbed words', () => {
  it('hold neither the secret nor a piece of a token, wherever the cut falls', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 700 }), fc.string({ maxLength: 200 }), (before, after) => {
        const text = scrub(`${before} ${SECRET}${after}`, SECRET);
        expect(text).not.toContain(SECRET.slice(0, 12));
        expect(text.length).toBeLessThanOrEqual(500);
        expect(text).not.toMatch(/\p{Cc}/u);
      }),
    );
  });

  it('hide a secret that is no token', () => {
    expect(scrub('key sk-12 is bad', 'sk-12')).toBe('key [key] is bad');
    expect(scrub('nothing to hide', '')).toBe('nothing to hide');
  });

  it('are not cut through a character', () => {
    expect(scrub(`${'x'.repeat(499)}\u{1F98A}`, SECRET)).toBe('x'.repeat(499));
  });
});

describe('how long to wait', () => {
  const now = Date.parse('2026-11-24T07:00:00Z');
  it.each<[Record<string, string>, number | undefined]>([
    [{ 'retry-after': '0' }, undefined],
    [{ 'retry-after': '1.5' }, 1_500],
    [{ 'retry-after': '-5' }, undefined],
    [{ 'retry-after': 'Tue, 24 Nov 2026 07:00:10 GMT' }, 10_000],
    [{ 'retry-after': 'Tue, 24 Nov 2026 06:00:10 GMT' }, undefined],
    [{ 'x-ratelimit-reset': String(now / 1000 + 20) }, 20_000],
    [{ 'x-ratelimit-reset': String(now + 20_000) }, 20_000],
    [{ 'x-ratelimit-reset': '20' }, 20_000],
  ])('%j is %s ms', (headers, expected) => {
    expect(readRetryAfter(headers, { now })).toBe(expected);
  });
});

describe('addresses', () => {
  it.each(['8.8.8.8', '104.21.3.4', '2606:4700::6810:1', '172.32.0.1', '100.128.0.1'])(
    '%s is public',
    (ip) => {
      expect(isPublicAddress(ip)).toBe(true);
    },
  );

  it.each([
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:8.8.8.8',
    '::ffff:127.0.0.1',
    '64:ff9b::7f00:1',
    'fe80::1',
    'fd00::1',
    'ff02::1',
    '2002:7f00:1::',
    '2001:db8::1',
    'localhost',
    '',
  ])('%s is not', (ip) => {
    expect(isPublicAddress(ip)).toBe(false);
  });

  it('of this machine are told by their URL', () => {
    const loopback = (url: string) => isLoopbackUrl(new URL(url));
    expect(['http://localhost:1', 'http://127.1/', 'http://[::1]/'].map(loopback)).toEqual([
      true,
      true,
      true,
    ]);
    expect(
      ['http://localhost.evil.org', 'http://127.0.0.1.evil.org', 'http://10.0.0.1'].map(loopback),
    ).toEqual([false, false, false]);
  });
});
