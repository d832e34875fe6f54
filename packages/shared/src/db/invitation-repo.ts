import { append } from './audit-repo.ts';
import type { Transaction } from './client.ts';
import type { Invitation, Prisma, User } from './generated/client.ts';

export type NewInvitation = Omit<
  Prisma.InvitationUncheckedCreateInput,
  'used' | 'createdAt' | 'revokedAt' | 'uses'
>;

export function insertInvitation(tx: Transaction, invitation: NewInvitation): Promise<Invitation> {
  return tx.invitation.create({ data: invitation });
}

/** Restricts invitations to those that may still be used. */
export function openInvitations(db: Transaction): Prisma.InvitationWhereInput {
  return {
    revokedAt: null,
    AND: [
      { OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] },
      { OR: [{ seats: null }, { used: { lt: db.invitation.fields.seats } }] },
    ],
  };
}

const named = {
  createdBy: { select: { displayName: true } },
  project: { select: { name: true } },
} as const satisfies Prisma.InvitationInclude;

/** An invitation, and what a guest knows of it: who invites, and to what. */
export type NamedInvitation = Prisma.InvitationGetPayload<{ include: typeof named }>;

/** What a link's token stands for, while it may be used; null where it may not. */
export function findOpenLink(
  db: Transaction,
  tokenHash: Uint8Array<ArrayBuffer>,
): Promise<NamedInvitation | null> {
  return db.invitation.findFirst({ where: { ...openInvitations(db), tokenHash }, include: named });
}

/** What a link's token stands for, whether or not it may still be used, and who used it; null where it is none. */
export async function findLink(tx: Transaction, tokenHash: Uint8Array<ArrayBuffer>) {
  const open = await tx.invitation.count({ where: { ...openInvitations(tx), tokenHash } });
  // Read after that: whoever takes the last seat in this moment is then among those who used it.
  const link = await tx.invitation.findUnique({ where: { tokenHash }, include: { uses: true } });
  return link && { ...link, isOpen: open > 0 };
}

/**
 * Takes one seat of an invitation for somebody, however many try at the same moment. Whoever has one already takes no
 * second.
 *
 * @returns `taken`; `had`, where it was taken before; `gone`, where there is none left, or it is over or revoked. The
 * transaction must not go on after `gone`.
 */
export async function useInvitation(
  tx: Transaction,
  { id }: Pick<Invitation, 'id'>,
  userId: string,
): Promise<'taken' | 'had' | 'gone'> {
  const noted = await tx.$executeRaw`
    insert into invitation_uses (invitation_id, user_id) values (${id}::uuid, ${userId}::uuid) on conflict do nothing`;
  if (noted === 0) return 'had';
  const seated = await tx.$executeRaw`
    update invitations set used = used + 1
    where id = ${id}::uuid and revoked_at is null and (expires_at is null or expires_at > now())
      and (seats is null or used < seats)`;
  if (seated === 0) return 'gone';
  await append(tx, {
    action: 'invitation.accepted',
    actorId: userId,
    subject: 'invitation',
    subjectId: id,
  });
  return 'taken';
}

/** Invitations into the service, newest first; one more than `limit`, so that the caller knows whether there are more. */
export function listInvitations(
  db: Transaction,
  page: { limit: number; after?: string | undefined },
): Promise<Invitation[]> {
  return db.invitation.findMany({
    where: { admits: true, ...(page.after && { id: { lt: page.after } }) },
    orderBy: { id: 'desc' },
    take: page.limit + 1,
  });
}

/** Links into a project that may still be used, newest first. */
export function listProjectLinks(db: Transaction, projectId: string): Promise<Invitation[]> {
  return db.invitation.findMany({
    where: { ...openInvitations(db), projectId, admits: false },
    orderBy: { id: 'desc' },
  });
}

/**
 * Nobody gets in with it any more; whoever did, stays.
 *
 * @param which an invitation into the service, or a link into this project
 * @returns whether there is such an invitation; one that was revoked before stays as it is
 */
export async function revokeInvitation(
  tx: Transaction,
  id: string,
  which: { admits: true } | { admits: false; projectId: string },
): Promise<boolean> {
  if (!(await tx.invitation.findFirst({ where: { id, ...which }, select: { id: true } }))) return false;
  await tx.invitation.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: new Date() } });
  return true;
}

/** Voids the links that somebody gave out: of one project, or all. For whoever may not give out such links any more. */
export async function revokeLinksOf(
  tx: Transaction,
  createdById: User['id'],
  projectId?: string,
): Promise<void> {
  const which = projectId ? { projectId, admits: false } : {};
  await tx.invitation.updateMany({
    where: { createdById, kind: 'link', revokedAt: null, ...which },
    data: { revokedAt: new Date() },
  });
}
