import { append } from './audit-repo.ts';
import type { Transaction } from './client.ts';
import type { Prisma, User } from './generated/client.ts';
import { revokeLinksOf } from './invitation-repo.ts';

const shown = {
  identities: { select: { provider: true, email: true }, orderBy: { createdAt: 'asc' } },
  sessions: { select: { lastSeenAt: true }, orderBy: { lastSeenAt: 'desc' }, take: 1 },
} as const satisfies Prisma.UserInclude;

/** An account with what an administrator sees of it. */
export type UserRow = Prisma.UserGetPayload<{ include: typeof shown }>;

export function findUserRow(db: Transaction, id: string): Promise<UserRow | null> {
  return db.user.findUnique({ where: { id }, include: shown });
}

/**
 * Accounts, newest first; one more than `limit`, so that the caller knows whether there are more.
 *
 * @param page.text part of a name or an e-mail address, or a whole id
 */
export function listUsers(
  db: Transaction,
  page: { limit: number; after?: string | undefined; text?: string | undefined },
): Promise<UserRow[]> {
  const { limit, after, text } = page;
  // What the pattern language of Postgres would read as a sign of its own is meant as it stands.
  const part = text && ({ contains: text.replace(/[\\%_]/g, '\\$&'), mode: 'insensitive' } as const);
  return db.user.findMany({
    where: {
      ...(after && { id: { lt: after } }),
      ...(part && {
        OR: [
          { displayName: part },
          { identities: { some: { email: part } } },
          ...(isId(text) ? [{ id: text }] : []),
        ],
      }),
    },
    orderBy: { id: 'desc' },
    take: limit + 1,
    include: shown,
  });
}

/** The accounts that an id, an e-mail address or a name means; the case of letters does not count. */
export function findUsersBy(db: Transaction, who: string): Promise<UserRow[]> {
  const same = { equals: who.replace(/[\\%_]/g, '\\$&'), mode: 'insensitive' } as const;
  return db.user.findMany({
    where: {
      OR: [
        ...(isId(who) ? [{ id: who }] : []),
        { displayName: same },
        { identities: { some: { email: same } } },
      ],
    },
    orderBy: { id: 'asc' },
    take: 20,
    include: shown,
  });
}

function isId(text: string | undefined): text is string {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text ?? '');
}

/** Why an account was not changed: `last_admin` without whom nobody could undo it, `unfit` as it stands. */
export type Refusal = 'last_admin' | 'unfit';

export interface Suspension {
  /** Null: until somebody lifts it. */
  until: Date | null;
  /** A sentence for the suspended person. */
  reason: string;
  /** The administrator; null where a rule of the service did it, which leaves what stands already. */
  by: string | null;
}

/**
 * Nobody gets in with the account any more, and nothing that waits is started; what runs is collected. Links that it
 * gave out are void. Tell with `accountChanged` after the commit.
 *
 * @returns null where it was done
 */
export async function suspendUser(
  tx: Transaction,
  id: string,
  { until, reason, by }: Suspension,
): Promise<Refusal | null> {
  if (await isLastAdmin(tx, id)) return 'last_admin';
  const { count } = await tx.user.updateMany({
    where: { id, state: { in: by ? ['active', 'suspended'] : ['active'] } },
    data: { state: 'suspended', suspendedUntil: until, suspendedReason: reason },
  });
  if (count === 0) return 'unfit';
  await revokeLinksOf(tx, id);
  const detail = { until: until?.toISOString() ?? null };
  await append(tx, { action: 'user.suspended', ...about(id, by), detail });
  return null;
}

/**
 * Lifts a suspension. Tell with `accountChanged` after the commit.
 *
 * @param by the administrator; null where its time was over
 * @returns whether there was one
 */
export async function reinstateUser(tx: Transaction, id: string, by: string | null): Promise<boolean> {
  const { count } = await tx.user.updateMany({
    where: { id, state: 'suspended' },
    data: { state: 'active', suspendedUntil: null, suspendedReason: null },
  });
  if (count === 0) return false;
  await append(tx, { action: 'user.reinstated', ...about(id, by) });
  return true;
}

/**
 * Gives an account another role. Tell with `accountChanged` after the commit.
 *
 * @returns null where it was done
 */
export async function changeRole(
  tx: Transaction,
  id: string,
  role: User['role'],
  by: string | null,
): Promise<Refusal | null> {
  if (role !== 'admin' && (await isLastAdmin(tx, id))) return 'last_admin';
  const before = await tx.user.findUnique({ where: { id }, select: { role: true } });
  if (!before) return 'unfit';
  if (before.role === role) return null;
  await tx.user.update({ where: { id }, data: { role } });
  // What an administrator gave out lets people in with an administrator's word.
  if (before.role === 'admin') await revokeLinksOf(tx, id);
  const detail = { from: before.role, to: role };
  await append(tx, { action: 'user.role_changed', ...about(id, by), detail });
  return null;
}

/**
 * Limits how many generations an account may begin within the service's window.
 *
 * @param limit null: what the role may
 */
export async function changeGenerationLimit(
  tx: Transaction,
  id: string,
  limit: number | null,
  by: string,
): Promise<void> {
  const { generationLimit: before } = await tx.user.findUniqueOrThrow({ where: { id } });
  if (before === limit) return;
  await tx.user.update({ where: { id }, data: { generationLimit: limit } });
  await append(tx, { action: 'user.limit_changed', ...about(id, by), detail: { from: before, to: limit } });
}

/** Lifts the suspensions whose time is over. Returns whose. */
export async function endSuspensions(tx: Transaction): Promise<string[]> {
  const over = await tx.user.findMany({
    where: { state: 'suspended', suspendedUntil: { lte: new Date() } },
    select: { id: true },
  });
  const lifted: string[] = [];
  for (const { id } of over) if (await reinstateUser(tx, id, null)) lifted.push(id);
  return lifted;
}

/** Whether nobody would be left to administrate. Two who step down at the same moment are asked one after the other. */
export async function isLastAdmin(tx: Transaction, id: string): Promise<boolean> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtext('veogate administrators'))`;
  const active = await tx.user.findMany({
    where: { role: 'admin', state: 'active' },
    select: { id: true },
    take: 2,
  });
  return active.length === 1 && active[0]?.id === id;
}

function about(id: string, by: string | null) {
  return { actorId: by ?? undefined, subject: 'user', subjectId: id };
}
