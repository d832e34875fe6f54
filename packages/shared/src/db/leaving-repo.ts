import { collectableStates, type GenerationState, heldStates } from '../domain/generation-state.ts';
import { append } from './audit-repo.ts';
import type { Database, Transaction } from './client.ts';
import type { Prisma } from './generated/client.ts';
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
  await tx.accessToken.updateMany({ where: { userId, revokedAt: null }, data: { revokedAt: new Date() } });
  await revokeLinksOf(tx, userId);
  const keys = await tx.providerKey.findMany({ where: { ownerId: userId, state: { not: 'retired' } } });
  // All at once, those that lasted for a session among them: balances are locked in one go.
  const retired = await retireKeys(tx, keys);
  await endSessions(tx, userId, null);
  return retired;
}

/**
 * The accounts that are leaving and of which nothing paid for is left to be collected; nor by others, with a key of
 * the team's that was theirs.
 */
export async function findPurgeable(db: Database): Promise<string[]> {
  const rows = await db.user.findMany({ where: leavingWithout(collectableStates), select: { id: true } });
  return rows.map(({ id }) => id);
}

/** Whether an account is leaving, and nothing is left to be collected, by others with a key of its, or to be settled. */
export async function isPurgeable(db: Database, userId: string): Promise<boolean> {
  return (await db.user.count({ where: { ...leavingWithout(heldStates), id: userId } })) === 1;
}

function leavingWithout(states: readonly GenerationState[]): Prisma.UserWhereInput {
  const collectable = { some: { state: { in: [...collectableStates] } } };
  return {
    state: 'leaving',
    generations: { none: { state: { in: [...states] } } },
    keys: { none: { generations: collectable } },
  };
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
