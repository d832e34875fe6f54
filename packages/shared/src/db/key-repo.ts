import { finalStates, generationStates } from '../domain/generation-state.ts';
import { append } from './audit-repo.ts';
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
 * What changed of the user's keys: by id; or since a time, which tells of those that are not retired in any case,
 * because there are few of them and nothing dates their changes.
 */
export function listChangedKeys(
  db: Database,
  ownerId: string,
  change: { ids: readonly string[] } | { since: Date },
): Promise<KeyRow[]> {
  const which =
    'ids' in change
      ? { id: { in: [...change.ids] } }
      : { OR: [{ state: { not: 'retired' as const } }, { retiredAt: { gte: change.since } }] };
  return db.providerKey.findMany({ where: { ...which, ownerId }, orderBy: { id: 'asc' }, include: shown });
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
 * is collected. Stands in the audit log as its owner's doing.
 *
 * @returns the generations canceled; null where it was retired before
 */
export async function retireKey(
  tx: Transaction,
  { id, ownerId }: Pick<ProviderKey, 'id' | 'ownerId'>,
): Promise<string[] | null> {
  const { count } = await tx.providerKey.updateMany({
    where: { id, state: { not: 'retired' } },
    data: { state: 'retired', retiredAt: new Date() },
  });
  if (count === 0) return null;
  await append(tx, { action: 'key.retired', actorId: ownerId, subject: 'key', subjectId: id });
  return cancelWaitingOfKey(tx, id);
}

/** What retiring keys came to. */
export interface Retired {
  keys: string[];
  /** The generations that waited for them. */
  canceled: string[];
}

/** Retires several keys in one transaction. */
export async function retireKeys(
  tx: Transaction,
  keys: readonly Pick<ProviderKey, 'id' | 'ownerId'>[],
): Promise<Retired> {
  const retired: Retired = { keys: [], canceled: [] };
  for (const key of keys) {
    const canceled = await retireKey(tx, key);
    if (!canceled) continue;
    retired.keys.push(key.id);
    retired.canceled.push(...canceled);
  }
  return retired;
}
