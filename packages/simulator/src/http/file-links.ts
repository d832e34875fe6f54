import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export type FileLinks = ReturnType<typeof createFileLinks>;

interface LinkQuery {
  expires?: string;
  nonce?: string;
  signature?: string;
}

/** Makes and checks download URLs: signed, different each time, and good for a while only. */
export function createFileLinks(parts: { secret: string; ttlMs: number; now: () => number }) {
  const spoiled = new Set<string>();
  const sign = (file: string, expires: string, nonce: string): string =>
    createHmac('sha256', parts.secret).update(`${file}\n${expires}\n${nonce}`).digest('base64url');

  return {
    /** The path and query of a fresh URL for `file`, such as `<task id>/0.mp4`. */
    make(file: string): string {
      const expires = String(parts.now() + parts.ttlMs);
      const nonce = randomBytes(9).toString('base64url');
      return `/files/${file}?${new URLSearchParams({ expires, nonce, signature: sign(file, expires, nonce) })}`;
    },
    check(file: string, query: LinkQuery): 'good' | 'forged' | 'expired' {
      const { expires = '', nonce = '', signature = '' } = query;
      const expected = Buffer.from(sign(file, expires, nonce));
      const given = Buffer.from(signature);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'forged';
      return Number(expires) <= parts.now() || spoiled.has(nonce) ? 'expired' : 'good';
    },
    /** Makes one URL expire before its time. */
    spoil: (query: LinkQuery): void => void spoiled.add(query.nonce ?? ''),
  };
}
