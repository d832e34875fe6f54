import type { Database, Transaction } from './client.ts';

/** How long a bucket that nobody spends from is kept: long after it is full again. Minutes. */
const KEPT_MINUTES = 60;

interface Bucket {
  keyId: string;
  /** Null until the key was checked. */
  fingerprint: Uint8Array | null;
  /** The part of the provider that counts for itself. */
  endpoint: string;
  requestsPerMinute: number;
}

/**
 * Takes one token of a key's pace, in the caller's transaction: no number of workers goes over it, since all of them
 * spend from one row. In any 60 seconds no more than `requestsPerMinute` are given out, bursts included.
 *
 * @returns 0, or the milliseconds until there is a token; the caller must then roll back
 */
export async function spendToken(tx: Transaction, bucket: Bucket): Promise<number> {
  const { keyId, fingerprint, endpoint, requestsPerMinute } = bucket;
  const name = fingerprint ? Buffer.from(fingerprint).toString('hex') : keyId;
  const capacity = Math.max(1, Math.floor(requestsPerMinute / 6));
  const perSecond = (requestsPerMinute - capacity) / 60;
  const rows = await tx.$queryRaw<{ tokens: number }[]>`
    insert into pacing as p (bucket, endpoint, tokens, refilled_at)
    values (${name}, ${endpoint}, ${capacity}::float8 - 1, clock_timestamp())
    on conflict (bucket, endpoint) do update set refilled_at = clock_timestamp(),
      tokens = least(${capacity}::float8, p.tokens
        + greatest(0, extract(epoch from clock_timestamp() - p.refilled_at)) * ${perSecond}::float8) - 1
    returning tokens`;
  const tokens = rows[0]?.tokens ?? 0;
  return tokens >= 0 ? 0 : Math.ceil((-tokens / perSecond) * 1000);
}

/** Forgets buckets that are full again. */
export async function forgetFullBuckets(db: Database): Promise<void> {
  await db.pacing.deleteMany({
    where: { refilledAt: { lt: new Date(Date.now() - KEPT_MINUTES * 60_000) } },
  });
}
