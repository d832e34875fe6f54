import { uuidv7 } from 'uuidv7';
import type { Database, Transaction } from './client.ts';
import type { Notice } from './generated/client.ts';

/** Notices that one sweep picks up at the most. */
const SWEPT_AT_ONCE = 500;
/** How long it is kept that something was sent, and to whom. Days. */
const KEPT_DAYS = 30;

export interface NewNotice {
  kind: 'alert' | 'checklist' | 'lockdown' | 'test';
  channel: 'email' | 'webhook';
  /** Null: to whoever is set to be alerted when it is sent. */
  recipient: string | null;
  subject: string;
  text: string;
  /** What a webhook gets beside the text. */
  data?: Record<string, string | number | boolean | null>;
  incidentId?: string;
}

/** Writes notices down, in the transaction of what they tell of. Returns their ids, for whoever has them sent. */
export async function insertNotices(tx: Transaction, notices: readonly NewNotice[]): Promise<string[]> {
  const rows = notices.map(({ incidentId = null, ...notice }) => ({ id: uuidv7(), incidentId, ...notice }));
  await tx.notice.createMany({ data: rows });
  return rows.map(({ id }) => id);
}

/** Whether anybody was told something of this kind since then. */
export async function hasNoticeSince(
  db: Transaction,
  kind: NewNotice['kind'],
  since: Date,
): Promise<boolean> {
  return (await db.notice.count({ where: { kind, createdAt: { gt: since } } })) > 0;
}

/** Alerts of the last hour, over every channel. */
export function countAlerts(db: Transaction): Promise<number> {
  const since = new Date(Date.now() - 3_600_000);
  return db.notice.count({ where: { kind: 'alert', createdAt: { gt: since } } });
}

/** An attempt that this worker alone makes, until `claimedUntil`. */
export interface ClaimedNotice extends Notice {
  claimedUntil: Date;
}

/**
 * Takes a notice for an attempt, in one statement, so that of two workers one gets it.
 *
 * @returns null where it is not due, or somebody is at it
 */
export async function claimNotice(db: Database, id: string, leaseMs: number): Promise<ClaimedNotice | null> {
  const claimed = await db.$executeRaw`
    update notices set attempts = attempts + 1,
      claimed_until = now() + make_interval(secs => ${leaseMs / 1000}::float8)
    where id = ${id}::uuid and state = 'pending' and next_attempt_at <= now()
      and (claimed_until is null or claimed_until < now())`;
  if (claimed === 0) return null;
  const notice = await db.notice.findUnique({ where: { id } });
  return notice?.claimedUntil ? { ...notice, claimedUntil: notice.claimedUntil } : null;
}

/**
 * Keeps how an attempt went.
 *
 * @param result.waitMs before the next; null where there is none. Milliseconds
 */
export async function recordNotice(
  db: Database,
  { id, claimedUntil }: ClaimedNotice,
  { error, waitMs }: { error: string | null; waitMs: number | null },
): Promise<void> {
  const now = Date.now();
  const next =
    error === null
      ? { state: 'sent' as const, sentAt: new Date(now) }
      : waitMs === null
        ? { state: 'failed' as const }
        : { nextAttemptAt: new Date(now + waitMs) };
  await db.notice.updateMany({
    where: { id, state: 'pending', claimedUntil },
    data: { claimedUntil: null, lastError: error, ...next },
  });
}

/** Notices that are due and nobody is at. */
export async function findDueNotices(db: Database): Promise<string[]> {
  const now = new Date();
  const rows = await db.notice.findMany({
    where: {
      state: 'pending',
      nextAttemptAt: { lte: now },
      OR: [{ claimedUntil: null }, { claimedUntil: { lt: now } }],
    },
    orderBy: { nextAttemptAt: 'asc' },
    take: SWEPT_AT_ONCE,
    select: { id: true },
  });
  return rows.map(({ id }) => id);
}

/** Forgets what was sent long ago. */
export async function forgetOldNotices(db: Database): Promise<void> {
  const before = new Date(Date.now() - KEPT_DAYS * 86_400_000);
  await db.notice.deleteMany({ where: { createdAt: { lt: before }, state: { not: 'pending' } } });
}
