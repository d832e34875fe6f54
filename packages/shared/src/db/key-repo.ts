import { finalStates, generationStates } from '../domain/generation-state.ts';
import { append } from './audit-repo.ts';
import type { Database, Transaction } from './client.ts';
import type { Prisma, ProviderKey } from './generated/client.ts';
import { cancelWaitingOfKeys } from './lifecycle-repo.ts';

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
  scope: 'kept' | 'session' | 'team';
  sessionIdHash: Uint8Array<ArrayBuffer> | null;
  sealed: Uint8Array<ArrayBuffer>;
  ringId: string;
}

export function insertKey(tx: Transaction, key: NewKey): Promise<KeyRow> {
  return tx.providerKey.create({ data: key, include: shown });
}

/** Restricts keys to those that a user may use: their own, and those of the team. */
export function visibleKeys(userId: string): Prisma.ProviderKeyWhereInput {
  return { OR: [{ ownerId: userId }, { scope: 'team' }] };
}

/** A key that this user may use; null where there is none. */
export function findKey(db: Transaction, userId: string, id: string): Promise<KeyRow | null> {
  return db.providerKey.findFirst({ where: { id, ...visibleKeys(userId) }, include: shown });
}

/** The user's keys and the team's, newest first; one more than `limit`, so that the caller knows whether there are more. */
export function listKeys(
  db: Database,
  userId: string,
  page: { limit: number; after?: string | undefined },
): Promise<KeyRow[]> {
  return db.providerKey.findMany({
    where: { ...visibleKeys(userId), ...(page.after && { id: { lt: page.after } }) },
    orderBy: { id: 'desc' },
    take: page.limit + 1,
    include: shown,
  });
}

/**
 * What changed of the keys that a user may use: by id; or since a time, which tells of those that are not retired in any case,
 * because there are few of them and nothing dates their changes.
 */
export function listChangedKeys(
  db: Database,
  userId: string,
  change: { ids: readonly string[] } | { since: Date },
): Promise<KeyRow[]> {
  const which =
    'ids' in change
      ? { id: { in: [...change.ids] } }
      : { OR: [{ state: { not: 'retired' as const } }, { retiredAt: { gte: change.since } }] };
  return db.providerKey.findMany({
    where: { AND: [which, visibleKeys(userId)] },
    orderBy: { id: 'asc' },
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

/** What retiring keys came to. */
export interface Retired {
  keys: string[];
  /** The generations that waited for them. */
  canceled: string[];
}

/**
 * Makes keys unusable at once and cancels what waits for them; a worker erases their ciphertext once their last paid
 * work is collected. Retiring twice is no error.
 *
 * @param by whose doing it is; each owner's own where left out
 * @returns what was not retired before
 */
export async function retireKeys(
  tx: Transaction,
  keys: readonly Pick<ProviderKey, 'id' | 'ownerId'>[],
  by?: string,
): Promise<Retired> {
  const retired: string[] = [];
  for (const { id, ownerId } of keys.toSorted((one, other) => (one.id < other.id ? -1 : 1))) {
    const { count } = await tx.providerKey.updateMany({
      where: { id, state: { not: 'retired' } },
      data: { state: 'retired', retiredAt: new Date() },
    });
    if (count === 0) continue;
    await append(tx, { action: 'key.retired', actorId: by ?? ownerId, subject: 'key', subjectId: id });
    retired.push(id);
  }
  return { keys: retired, canceled: await cancelWaitingOfKeys(tx, retired) };
}
