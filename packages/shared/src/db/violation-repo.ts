import { append } from './audit-repo.ts';
import type { Transaction } from './client.ts';
import type { BlockedNetwork } from './generated/client.ts';

/** Who went too far: an account, or a network that nobody was signed in from. */
export type Offender = { userId: string } | { network: string };

/**
 * Notes that somebody went too far in this minute.
 *
 * @param kind what they did, such as `POST /auth/password`
 * @returns in how many minutes of the last hour they did
 */
export async function noteViolation(tx: Transaction, offender: Offender, kind: string): Promise<number> {
  const subject = toSubject(offender);
  await tx.$executeRaw`
    insert into violations (subject, minute, kind) values (${subject}, date_trunc('minute', now()), ${kind})
    on conflict do nothing`;
  const [row] = await tx.$queryRaw<{ minutes: number }[]>`
    select count(*)::int as minutes from violations
    where subject = ${subject} and minute > now() - interval '1 hour'`;
  return row?.minutes ?? 0;
}

/** Whoever paid for them begins anew. */
export async function forgetViolations(tx: Transaction, offender: Offender): Promise<void> {
  await tx.violation.deleteMany({ where: { subject: toSubject(offender) } });
}

/** Turns a network away. `address`: one of it, for the audit log. */
export async function blockNetwork(
  tx: Transaction,
  block: { network: string; until: Date; reason: string },
  address: string,
): Promise<void> {
  const { network, ...data } = block;
  await tx.blockedNetwork.upsert({ where: { network }, create: block, update: data });
  const detail = { until: block.until.toISOString() };
  await append(tx, { action: 'network.blocked', subject: 'network', detail, address });
}

/**
 * Lets a network in again before its time.
 *
 * @param by the administrator
 * @returns whether it was turned away
 */
export async function unblockNetwork(tx: Transaction, network: string, by: string): Promise<boolean> {
  const { count } = await tx.blockedNetwork.deleteMany({ where: { network } });
  if (count === 0) return false;
  await forgetViolations(tx, { network });
  const address = network.split('/')[0];
  await append(tx, { action: 'network.unblocked', actorId: by, subject: 'network', address });
  return true;
}

/** The networks that are turned away now, the newest first. */
export function listBlockedNetworks(db: Transaction): Promise<BlockedNetwork[]> {
  return db.blockedNetwork.findMany({ where: { until: { gt: new Date() } }, orderBy: { createdAt: 'desc' } });
}

/** Deletes what counts no more. */
export async function forgetOldViolations(db: Transaction): Promise<void> {
  await db.violation.deleteMany({ where: { minute: { lt: new Date(Date.now() - 3_600_000) } } });
  await db.blockedNetwork.deleteMany({ where: { until: { lt: new Date() } } });
}

function toSubject(offender: Offender): string {
  return 'userId' in offender ? `user:${offender.userId}` : `network:${offender.network}`;
}
