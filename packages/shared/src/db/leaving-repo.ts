import { collectableStates } from '../domain/generation-state.ts';
import { append } from './audit-repo.ts';
import type { Database, Transaction } from './client.ts';
import { revokeLinksOf } from './invitation-repo.ts';
import { type Retired, retireKeys } from './key-repo.ts';
import { cancelWaiting } from './lifecycle-repo.ts';
import { endSessions } from './session-repo.ts';
import { isLastAdmin } from './user-admin-repo.ts';

/**
 * Shuts an account for good, because its owner deletes it: nobody gets in, no key can be used, what waits is canceled.
 * What its provider was asked for already is paid for, and is collected first; then a job erases it all.
 *
 * @param address where it was asked from
 * @returns what was retired; null where nobody would be left to administrate
 */
export async function beginLeaving(
  tx: Transaction,
  userId: string,
  address: string,
): Promise<Retired | null> {
  if (await isLastAdmin(tx, userId)) return null;
  await tx.user.updateMany({
    where: { id: userId },
    data: { state: 'leaving', suspendedUntil: null, suspendedReason: null },
  });
  await append(tx, {
    action: 'account.deletion_requested',
    actorId: userId,
    subject: 'user',
    subjectId: userId,
    address,
  });
  const { retired } = await endSessions(tx, userId, null);
  await tx.accessToken.updateMany({ where: { userId, revokedAt: null }, data: { revokedAt: new Date() } });
  await revokeLinksOf(tx, userId);
  const keys = await tx.providerKey.findMany({ where: { ownerId: userId, state: { not: 'retired' } } });
  const more = await retireKeys(tx, keys);
  return {
    keys: [...retired.keys, ...more.keys],
    canceled: [...retired.canceled, ...more.canceled],
  };
}

/** The accounts that are leaving and of which nothing paid for is left to be collected. */
export async function findPurgeable(db: Database): Promise<string[]> {
  const rows = await db.user.findMany({
    where: { state: 'leaving', generations: { none: { state: { in: [...collectableStates] } } } },
    select: { id: true },
  });
  return rows.map(({ id }) => id);
}

/** Whether an account is leaving, and nothing paid for is left to be collected. */
export async function isPurgeable(db: Database, userId: string): Promise<boolean> {
  const generations = { none: { state: { in: [...collectableStates] } } };
  return (await db.user.count({ where: { id: userId, state: 'leaving', generations } })) === 1;
}

/** Cancels what came back to the queue after its owner had left. Returns the ids. */
export async function cancelLeftovers(db: Database, userId: string): Promise<string[]> {
  const waiting = await db.generation.findMany({
    where: { userId, state: { in: ['queued', 'admitted'] }, user: { state: 'leaving' } },
    select: { id: true },
  });
  const canceled: string[] = [];
  for (const { id } of waiting) {
    if (await db.$transaction((tx) => cancelWaiting(tx, id))) canceled.push(id);
  }
  return canceled;
}
