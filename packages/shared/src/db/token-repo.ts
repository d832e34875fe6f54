import { createHash, randomBytes } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import type { Scope } from '../domain/scopes.ts';
import type { Transaction } from './client.ts';
import type { AccessToken } from './generated/client.ts';

/** Bits of a token: what cannot be guessed needs no slow hash. */
const TOKEN_BYTES = 32;
const HINT_LENGTH = 4;
/** How long a token that expired is still shown, so that its owner sees why a program stopped. Milliseconds. */
const SHOWN_EXPIRED_MS = 30 * 86_400_000;

export interface TokenSecret {
  /** Shown once, and kept nowhere. */
  secret: string;
  tokenHash: Uint8Array<ArrayBuffer>;
  hint: string;
}

export function newTokenSecret(): TokenSecret {
  const secret = `vg_${randomBytes(TOKEN_BYTES).toString('base64url')}`;
  return {
    secret,
    tokenHash: new Uint8Array(createHash('sha256').update(secret).digest()),
    hint: secret.slice(-HINT_LENGTH),
  };
}

export interface NewToken extends Omit<TokenSecret, 'secret'> {
  userId: string;
  name: string;
  scopes: readonly Scope[];
  /** Null: it does not expire. */
  expiresAt: Date | null;
  /** Where given, the token sees and does nothing outside of this project. */
  projectId?: string | null;
  spendCap?: { amount: string; unit: string } | null;
  generationLimit?: number | null;
}

export function insertToken(tx: Transaction, token: NewToken): Promise<AccessToken> {
  const { scopes, spendCap, ...rest } = token;
  return tx.accessToken.create({
    data: {
      ...rest,
      id: uuidv7(),
      scopes: [...scopes],
      spendCapAmount: spendCap?.amount ?? null,
      spendCapUnit: spendCap?.unit ?? null,
    },
  });
}

/** A person's tokens that are not revoked, newest first; those that expired a while ago are left out. */
export function listTokens(db: Transaction, userId: string): Promise<AccessToken[]> {
  const shownFrom = new Date(Date.now() - SHOWN_EXPIRED_MS);
  return db.accessToken.findMany({
    where: { userId, revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: shownFrom } }] },
    orderBy: { id: 'desc' },
  });
}

/** How many tokens of a person work, in a transaction that keeps others from adding one meanwhile. */
export async function countLiveTokens(tx: Transaction, userId: string): Promise<number> {
  await tx.$executeRaw`select 1 from users where id = ${userId}::uuid for no key update`;
  return tx.accessToken.count({
    where: { userId, revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] },
  });
}

/**
 * Ends a token of this user for good; its row stays for what it made.
 *
 * @returns whether the user had it
 */
export async function revokeToken(tx: Transaction, userId: string, id: string): Promise<boolean> {
  const where = { id, userId, revokedAt: null };
  const { count } = await tx.accessToken.updateMany({ where, data: { revokedAt: new Date() } });
  return count === 1;
}
