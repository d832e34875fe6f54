import type { Database, Transaction } from './client.ts';

/** How long an answer is remembered. Hours. */
const KEPT_HOURS = 24;
/** How long a repeat waits for the first request before it is told that that is still being made. Milliseconds. */
const WAIT_MS = 5_000;
/** Postgres' code for a lock that was not had in time. */
const LOCK_NOT_AVAILABLE = '55P03';

export interface Remembered {
  requestHash: Uint8Array;
  generationId: string;
  response: unknown;
}

/** The answer that this key was given within the last 24 hours. */
export function findRemembered(db: Database, userId: string, key: string): Promise<Remembered | null> {
  const createdAt = { gt: new Date(Date.now() - KEPT_HOURS * 3_600_000) };
  return db.idempotencyKey.findFirst({ where: { userId, key, createdAt } });
}

/**
 * Takes the key for this transaction. Of parallel requests with one key, one gets it; the others wait here for its
 * commit, and then do not.
 *
 * @returns `taken`; `known` where another request has it; `busy` where the first is still being made
 */
export async function takeKey(
  tx: Transaction,
  entry: { userId: string; key: string; requestHash: Uint8Array; generationId: string },
): Promise<'taken' | 'known' | 'busy'> {
  const { userId, key, requestHash, generationId } = entry;
  await tx.$executeRawUnsafe(`set local lock_timeout = ${WAIT_MS}`);
  try {
    const taken = await tx.$executeRaw`
      insert into idempotency_keys (user_id, key, request_hash, generation_id, response)
      values (${userId}::uuid, ${key}, ${requestHash}, ${generationId}::uuid, '{}')
      on conflict (user_id, key) do update
        set request_hash = excluded.request_hash, generation_id = excluded.generation_id, created_at = now()
        where idempotency_keys.created_at < now() - make_interval(hours => ${KEPT_HOURS}::int)`;
    return taken === 1 ? 'taken' : 'known';
  } catch (error) {
    if (String(error).includes(LOCK_NOT_AVAILABLE)) return 'busy';
    throw error;
  }
}

/** Keeps the answer, in the transaction that made what it tells of. */
export async function remember(
  tx: Transaction,
  userId: string,
  key: string,
  response: object,
): Promise<void> {
  await tx.idempotencyKey.update({ where: { userId_key: { userId, key } }, data: { response } });
}

/** Forgets what is older than a day. */
export async function forgetOldKeys(db: Database): Promise<void> {
  const createdAt = { lt: new Date(Date.now() - KEPT_HOURS * 3_600_000) };
  await db.idempotencyKey.deleteMany({ where: { createdAt } });
}
