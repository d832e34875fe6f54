import { heldStates } from '../domain/generation-state.ts';
import { append } from './audit-repo.ts';
import type { Database, Transaction } from './client.ts';
import { forgetIncidentsOf } from './incident-repo.ts';
import { forgetSpender } from './ledger-repo.ts';
import { leaveProjects } from './project-heirs.ts';
import { forgetUsageOf } from './usage-repo.ts';

/** Rows that go in one transaction. */
const BATCH = 100;

/** Some of what is to go: its files first, so that a crash between the two leaves rows that still name them. */
export interface PurgeBatch {
  storageKeys: string[];
  /** Deletes the rows; call it once the files are gone. */
  forget(): Promise<void>;
}

/** The next generations of a leaving account; null where there are none any more. */
export async function nextGenerations(db: Database, userId: string): Promise<PurgeBatch | null> {
  const rows = await db.generation.findMany({
    where: { userId, state: { notIn: [...heldStates] } },
    select: { id: true, outputs: { select: { storageKey: true } } },
    orderBy: { id: 'asc' },
    take: BATCH,
  });
  if (rows.length === 0) return null;
  return {
    storageKeys: rows.flatMap(({ outputs }) => outputs.map(({ storageKey }) => storageKey)),
    forget: () =>
      db.$transaction((tx) =>
        deleteGenerations(
          tx,
          rows.map(({ id }) => id),
        ),
      ),
  };
}

/** The next uploads of a leaving account; null where there are none any more. */
export async function nextUploads(db: Database, userId: string): Promise<PurgeBatch | null> {
  const rows = await db.upload.findMany({
    where: { ownerId: userId },
    select: { id: true, storageKey: true },
    orderBy: { id: 'asc' },
    take: BATCH,
  });
  if (rows.length === 0) return null;
  const ids = rows.map(({ id }) => id);
  return {
    storageKeys: rows.map(({ storageKey }) => storageKey),
    forget: () => db.$transaction((tx) => deleteUploads(tx, userId, ids)),
  };
}

/**
 * Erases what is left of an account once its generations and uploads are gone. Of its audit entries the persons'
 * data goes; that something was done stays.
 *
 * @returns the people whose projects changed by it, and their generations that moved
 */
export async function eraseAccount(
  tx: Transaction,
  userId: string,
): Promise<{ members: string[]; moved: string[] }> {
  // In the order of whoever begins something: the account, keys, projects.
  await tx.$executeRaw`select 1 from users where id = ${userId}::uuid for update`;
  await leaveKeys(tx, userId);
  const changed = await leaveProjects(tx, userId);
  await tx.webhookEndpoint.deleteMany({ where: { userId } });
  await tx.budget.deleteMany({ where: { scope: 'user', scopeId: userId } });
  await tx.idempotencyKey.deleteMany({ where: { userId } });
  await tx.signInFlow.deleteMany({ where: { userId } });
  // It names the person by the address that was invited.
  await tx.invitation.deleteMany({ where: { kind: 'email', uses: { some: { userId } } } });
  await tx.serviceMode.updateMany({ where: { changedBy: userId }, data: { changedBy: null } });
  await tx.violation.deleteMany({ where: { subject: { contains: userId } } });
  await tx.throttle.deleteMany({ where: { bucket: { contains: userId } } });
  await tx.$executeRaw`
    delete from audit_people p using audit_events e
    where e.actor_id = ${userId}::uuid and e.id = p.event_id`;
  await forgetIncidentsOf(tx, userId);
  await forgetUsageOf(tx, userId);
  const { count } = await tx.user.deleteMany({ where: { id: userId, state: 'leaving' } });
  if (count === 1) await append(tx, { action: 'account.deleted', subject: 'user', subjectId: userId });
  return changed;
}

async function deleteGenerations(tx: Transaction, candidates: readonly string[]): Promise<void> {
  // A provider's late answer may have set one running again since; it is collected like any other.
  const rows = await tx.$queryRaw<{ id: string }[]>`
    select id from generations where id = any(${[...candidates]}::uuid[])
      and state <> all(${[...heldStates]}::generation_state[]) order by id for update`;
  const ids = rows.map(({ id }) => id);
  const of = { where: { generationId: { in: ids } } };
  await forgetSpender(tx, ids);
  await tx.outputRead.deleteMany(of);
  await tx.output.deleteMany(of);
  await tx.operation.deleteMany(of);
  await tx.submission.deleteMany(of);
  await tx.idempotencyKey.deleteMany(of);
  await tx.generation.deleteMany({ where: { id: { in: ids } } });
}

/**
 * A team's key that others generated with stays as a row, retired and erased, so that theirs stays whole; it goes to
 * another administrator, of whom there is always one.
 */
async function leaveKeys(tx: Transaction, userId: string): Promise<void> {
  const heir = await tx.user.findFirst({
    where: { role: 'admin', state: 'active', id: { not: userId } },
    orderBy: { createdAt: 'asc' },
  });
  if (heir) {
    const where = { ownerId: userId, generations: { some: {} } };
    await tx.providerKey.updateMany({ where, data: { ownerId: heir.id, sealed: null, fingerprint: null } });
  }
  const gone = await tx.providerKey.findMany({ where: { ownerId: userId }, select: { id: true } });
  const ids = gone.map(({ id }) => id);
  await tx.budget.deleteMany({ where: { scope: 'team_key', scopeId: { in: ids } } });
  await tx.quotaSample.deleteMany({ where: { keyId: { in: ids } } });
  await tx.providerKey.deleteMany({ where: { id: { in: ids } } });
}

/**
 * An image that somebody else's generation was made of leaves a row without a file behind, which is theirs from then
 * on: trying that one again shall say that its image is gone, and not make something without it.
 */
async function deleteUploads(tx: Transaction, userId: string, ids: readonly string[]): Promise<void> {
  await tx.$executeRaw`
    update uploads u set deleted_at = coalesce(u.deleted_at, now()), owner_id = (
      select g.user_id from generation_inputs i join generations g on g.id = i.generation_id
      where i.upload_id = u.id and g.user_id <> ${userId}::uuid order by g.id limit 1)
    where u.id = any(${[...ids]}::uuid[]) and exists (
      select 1 from generation_inputs i join generations g on g.id = i.generation_id
      where i.upload_id = u.id and g.user_id <> ${userId}::uuid)`;
  await tx.upload.deleteMany({ where: { id: { in: [...ids] }, ownerId: userId } });
}
