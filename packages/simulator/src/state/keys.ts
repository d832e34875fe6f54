import { sha256 } from './hash.ts';

/** What a key may be set to. Every `eyJ…` key that was never set is valid, with a quota of 1000. */
export interface KeyConfig {
  /** `unknown` and `revoked` keys get 401 `invalid_api_key`. */
  status?: 'valid' | 'unknown' | 'revoked';
  quota?: number;
  used?: number;
  /** RFC 3339; null for never. Past it the quota is worth nothing. */
  expiresAt?: string | null;
  /** How long this key's tasks take, in milliseconds. */
  latencyMs?: number;
  /** Requests a minute and endpoint for this key; null switches the limit off. */
  rateLimitPerMinute?: number | null;
}

/** A key as the simulator knows it. The key itself is not kept: only its hash and its last four characters. */
export interface KeyState {
  readonly sha256: string;
  status: 'valid' | 'unknown' | 'revoked';
  quota: number;
  used: number;
  expiresAt: string | null;
  latencyMs?: number | undefined;
  rateLimitPerMinute?: number | null | undefined;
}

export type Keyring = ReturnType<typeof createKeyring>;

export function createKeyring() {
  const keys = new Map<string, KeyState>();

  function byHash(hash: string): KeyState {
    const known = keys.get(hash);
    if (known) return known;
    const fresh: KeyState = { sha256: hash, status: 'valid', quota: 1000, used: 0, expiresAt: null };
    keys.set(hash, fresh);
    return fresh;
  }

  return {
    byHash,
    get: (key: string): KeyState => byHash(sha256(key)),
    configure(hash: string, config: KeyConfig): KeyState {
      return Object.assign(byHash(hash), config);
    },
  };
}

/** What a key has left to spend, in credits. */
export function creditsLeft(key: KeyState, now: number): number {
  if (key.expiresAt !== null && Date.parse(key.expiresAt) <= now) return 0;
  return key.quota - key.used;
}
