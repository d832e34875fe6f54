import { uuidv7 } from 'uuidv7';
import { append } from './audit-repo.ts';
import type { Database, Transaction } from './client.ts';
import { blanked } from './lifecycle-repo.ts';

/** What takes something away for good, and must not come back with a backup. */
const ACTIONS = [
  ...['key.retired', 'key.erased', 'token.revoked', 'generation.deleted', 'account.deletion_requested'],
  ...['account.deleted', 'user.suspended', 'user.reinstated', 'user.role_changed'],
];
const AT_ONCE = 2_000;

/** Where each worker keeps its journal of them, in DATA_DIR: beside the database, not in it. */
export const ERASURE_JOURNAL = 'erasures.jsonl';

/** An entry of the audit log that has to hold after a restore, too. */
export interface Erasure {
  ticket: string;
  at: string;
  action: string;
  subjectId: string;
  /** The role that was given; null for everything else. */
  role: string | null;
}

/** What was taken away since a ticket, in order; only what no transaction can come before any more. */
export function listErasures(db: Transaction, from: bigint): Promise<Erasure[]> {
  return db.$queryRaw<Erasure[]>`
    select ticket::text, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, action,
      subject_id as "subjectId", detail ->> 'to' as role
    from audit_events where ticket >= ${from} and action = any(${ACTIONS}) and subject_id is not null
      -- Of a ticket all or nothing: the next call begins with the one after.
      and ticket <= (select max(ticket) from (select ticket from audit_events
        where ticket >= ${from} and ticket < audit_horizon() and action = any(${ACTIONS})
        order by ticket limit ${AT_ONCE}) first_ones)
    order by ticket, id`;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ROLES = ['member', 'auditor', 'admin'] as const;

/** Takes away again what was taken away after a backup was made. Doing it twice is no harm. */
export async function replayErasure(
  tx: Transaction,
  { action, subjectId: id, role }: Erasure,
): Promise<void> {
  if (!UUID.test(id)) return;
  const now = new Date();
  switch (action) {
    case 'key.retired':
    case 'key.erased':
      await retire(tx, { id });
      return;
    case 'token.revoked':
      await tx.accessToken.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: now } });
      return;
    case 'generation.deleted':
      await tx.output.updateMany({ where: { generationId: id }, data: { deletedAt: now } });
      await tx.generation.updateMany({ where: { id }, data: { deletedAt: now, ...blanked } });
      return;
    case 'account.deletion_requested':
    case 'account.deleted':
      // A worker erases the rest, as it did before.
      await tx.user.updateMany({ where: { id }, data: { state: 'leaving' } });
      await tx.accessToken.updateMany({ where: { userId: id, revokedAt: null }, data: { revokedAt: now } });
      await retire(tx, { ownerId: id });
      return;
    case 'user.suspended':
      await tx.user.updateMany({ where: { id, state: 'active' }, data: { state: 'suspended' } });
      return;
    case 'user.reinstated':
      await tx.user.updateMany({ where: { id, state: 'suspended' }, data: { state: 'active' } });
      return;
    case 'user.role_changed': {
      const known = ROLES.find((name) => name === role);
      if (known) await tx.user.updateMany({ where: { id }, data: { role: known } });
    }
  }
}

async function retire(tx: Transaction, which: { id: string } | { ownerId: string }): Promise<void> {
  const now = new Date();
  await tx.providerKey.updateMany({
    where: { ...which, state: { not: 'retired' } },
    data: { state: 'retired', retiredAt: now },
  });
  // Whatever is paid for was collected since, or is not any more.
  await tx.providerKey.updateMany({
    where: { ...which, sealed: { not: null } },
    data: { sealed: null, erasedAt: now },
  });
}

/** What a restore found to be done with the generations that were under way. */
export interface Settled {
  /** They may have been submitted after the backup, so that no machine submits them. */
  unknown: number;
}

/**
 * Makes a restored database safe to run. What waited when the backup was made may have been submitted since, so its
 * outcome is unknown: it is looked for in the provider's history, and never submitted by a machine. Keys that were to
 * last for a session are retired, and the service begins closed, unless it was locked down.
 */
export function settleRestored(db: Database, backupAt: Date): Promise<Settled> {
  return db.$transaction(
    async (tx) => {
      const reason = 'It waited when the backup was made, and may have been submitted since.';
      const rows = await tx.$queryRaw<{ id: string }[]>`
        update generations set state = 'outcome_unknown', fence = fence + 1, error_code = 'outcome_unknown',
          error_reason = ${reason}, lease_owner = null, lease_expires_at = null, updated_at = now(), touched_at = now()
        where state in ('queued', 'admitted', 'submitting') returning id`;
      await tx.submission.updateMany({
        where: { generationId: { in: rows.map(({ id }) => id) }, outcome: 'pending' },
        data: { outcome: 'unknown', finishedAt: new Date() },
      });
      for (const { id } of rows) {
        const attempts = await tx.submission.count({ where: { generationId: id } });
        const counted = await tx.submission.count({
          where: { generationId: id, outcome: { not: 'not_sent' } },
        });
        if (counted > 0) continue;
        await tx.submission.create({
          data: {
            ...{
              id: uuidv7(),
              generationId: id,
              attempt: attempts + 1,
              worker: 'restore',
              outcome: 'unknown',
            },
            ...{ detail: reason, startedAt: backupAt, finishedAt: new Date() },
          },
        });
      }
      await tx.providerKey.updateMany({
        where: { scope: 'session', state: { not: 'retired' } },
        data: { state: 'retired', retiredAt: new Date(), erasedAt: new Date() },
      });
      await tx.serviceMode.updateMany({
        where: { mode: { not: 'lockdown' } },
        data: { mode: 'closed', reason: 'Restored from a backup.', changedBy: null, changedAt: new Date() },
      });
      await append(tx, {
        action: 'backup.restored',
        subject: 'service',
        detail: { of: backupAt.toISOString(), unknown: rows.length },
      });
      return { unknown: rows.length };
    },
    { timeout: 120_000 },
  );
}
