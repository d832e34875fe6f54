import { finalStates, generationStates } from '../domain/generation-state.ts';
import type { Database, Transaction } from './client.ts';
import type { Prisma, ProviderKey } from './generated/client.ts';
import { cancelWaitingOfKey } from './lifecycle-repo.ts';

const unfinished = generationStates.filter((state) => !finalStates.includes(state));
const shown = {
  _count: { select: { generations: { where: { state: { in: unfinished } } } } },
} as const satisfies Prisma.ProviderKeyInclude;

/** A key with how many of its generations are not finished. */
export type KeyRow = Prisma.ProviderKeyGetPayload<{ include: typeof shown }>;

export interface NewKey {
  id: string;
  ownerId: string;
  provider: string;
  label: string;
  hint: string;
  scope: 'kept' | 'session';
  sessionIdHash: Uint8Array<ArrayBuffer> | null;
  sealed: Uint8Array<ArrayBuffer>;
  ringId: string;
}

export function insertKey(tx: Transaction, key: NewKey): Promise<KeyRow> {
  return tx.providerKey.create({ data: key, include: shown });
}

/** A key of this user; null where there is none. */
export function findKey(db: Transaction, ownerId: string, id: string): Promise<KeyRow | null> {
  return db.providerKey.findFirst({ where: { id, ownerId }, include: shown });
}

/** The user's keys, newest first; one more than `limit`, so that the caller knows whether there are more. */
export function listKeys(
  db: Database,
  ownerId: string,
  page: { limit: number; after?: string | undefined },
): Promise<KeyRow[]> {
  return db.providerKey.findMany({
    where: { ownerId, ...(page.after && { id: { lt: page.after } }) },
    orderBy: { id: 'desc' },
    take: page.limit + 1,
    include: shown,
  });
}

/**
 * A key that was refused gets its trial anew; a good one stays good until its check says otherwise.
 *
 * @returns whether the key is still there to be checked
 */
export async function recheckKey(tx: Transaction, { id }: ProviderKey): Promise<boolean> {
  await tx.providerKey.updateMany({
    where: { id, state: { in: ['rejected', 'needs_reentry'] } },
    data: { state: 'checking', stateReason: null, checkFailures: 0 },
  });
  return (await tx.providerKey.count({ where: { id, state: { not: 'retired' } } })) === 1;
}

/**
 * Makes a key unusable at once and cancels what waits for it; a worker erases its ciphertext once its last paid work
 * is collected.
 *
 * @returns the generations canceled; null where it was retired before
 */
export async function retireKey(tx: Transaction, { id }: ProviderKey): Promise<string[] | null> {
  const { count } = await tx.providerKey.updateMany({
    where: { id, state: { not: 'retired' } },
    data: { state: 'retired', retiredAt: new Date() },
  });
  return count === 1 ? cancelWaitingOfKey(tx, id) : null;
}
