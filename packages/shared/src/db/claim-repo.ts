import { append } from './audit-repo.ts';
import type { Transaction } from './client.ts';
import { changeRole } from './user-admin-repo.ts';

/** Whether anybody is an administrator. */
export async function hasAdmin(db: Transaction): Promise<boolean> {
  const admin = await db.user.findFirst({
    where: { role: 'admin', state: { not: 'leaving' } },
    select: { id: true },
  });
  return admin !== null;
}

/** Makes somebody the first administrator: of any number who try at once, one becomes it. */
export async function claimAdmin(tx: Transaction, userId: string): Promise<boolean> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtext('veogate first administrator'))`;
  if (await hasAdmin(tx)) return false;
  await changeRole(tx, userId, 'admin', userId);
  await append(tx, { action: 'admin.claimed', actorId: userId, subject: 'user', subjectId: userId });
  return true;
}
