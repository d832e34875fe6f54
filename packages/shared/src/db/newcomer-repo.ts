import type { ErrorCode } from '../domain/errors.ts';
import { foldCase } from '../domain/invitations.ts';
import { append } from './audit-repo.ts';
import type { Transaction } from './client.ts';
import type { Invitation, Prisma, Role } from './generated/client.ts';
import { addIdentity, lockNewcomers, type Person, useIdentity } from './identity-repo.ts';
import { openInvitations, useInvitation } from './invitation-repo.ts';
import { readMode } from './mode-repo.ts';
import { lockProject } from './project-repo.ts';
import { changeRole } from './user-admin-repo.ts';
import { createUser } from './user-repo.ts';

/** Somebody at the door, and what they hold. */
export interface Visitor extends Person {
  /** As their provider tells. */
  groups: readonly string[];
  /** SHA-256 of an invitation link's token. */
  invitationHash: Uint8Array<ArrayBuffer> | null;
}

/** Who may come in, as the operator set it. */
export interface DoorRules {
  /** Anyone; else whoever was invited. */
  isOpen: boolean;
  /** Accounts at the most; 0: as many as come. */
  seats: number;
  /** Whoever has one of these, verified, is an administrator. */
  adminEmails: readonly string[];
  /** Newcomers have to show that they are people. */
  captchaDue: boolean;
}

export type Admission =
  | { userId: string; isNew: boolean; becameAdmin: boolean }
  /** The transaction must not go on after it. */
  | { refused: ErrorCode };

/** Lets somebody into their account, or makes one for them where they may have one. */
export async function admit(tx: Transaction, visitor: Visitor, rules: DoorRules): Promise<Admission> {
  const known = await enter(tx, visitor, rules);
  if (known) return known;
  // Two callbacks of one newcomer would make two accounts; two of the last seat, one too many.
  await lockNewcomers(tx);
  return (await enter(tx, visitor, rules)) ?? welcome(tx, visitor, rules);
}

async function enter(tx: Transaction, visitor: Visitor, rules: DoorRules): Promise<Admission | null> {
  const identity = await useIdentity(tx, visitor);
  if (!identity) return null;
  const { userId } = identity;
  let becameAdmin = false;
  if (isAdmin(visitor, rules)) {
    const before = await tx.user.findUniqueOrThrow({ where: { id: userId }, select: { role: true } });
    becameAdmin = before.role !== 'admin';
    if (becameAdmin) await changeRole(tx, userId, 'admin', null);
  }
  return { userId, isNew: false, becameAdmin };
}

async function welcome(tx: Transaction, visitor: Visitor, rules: DoorRules): Promise<Admission> {
  const mayAdminister = isAdmin(visitor, rules);
  const invitation = await findInvitation(tx, visitor);
  if (!mayAdminister && !invitation) {
    const refused = refuse(visitor, rules);
    if (refused) return { refused };
  }
  const role: Role = mayAdminister ? 'admin' : (invitation?.role ?? 'member');
  const mode = await readMode(tx);
  if ((mode === 'closed' || mode === 'lockdown') && role !== 'admin') return { refused: 'service_closed' };
  if (rules.seats > 0 && (await tx.user.count({ where: { state: { not: 'leaving' } } })) >= rules.seats)
    return { refused: 'seats_taken' };

  const { id: userId } = await createUser(tx, { displayName: toDisplayName(visitor.name), role });
  const { captchaDue } = rules;
  const { allowanceAmount = null, allowanceUnit = null } = invitation ?? {};
  await tx.user.update({ where: { id: userId }, data: { captchaDue, allowanceAmount, allowanceUnit } });
  await addIdentity(tx, userId, visitor);
  await append(tx, {
    action: 'account.created',
    actorId: userId,
    subject: 'user',
    subjectId: userId,
    detail: { via: visitor.provider, role, invitation: invitation?.kind ?? null },
  });
  if (invitation && !(await accept(tx, invitation, userId))) return { refused: 'invitation_invalid' };
  return { userId, isNew: true, becameAdmin: false };
}

/** Takes the seat that the invitation has, and the place in its project. */
async function accept(tx: Transaction, invitation: Invitation, userId: string): Promise<boolean> {
  if ((await useInvitation(tx, invitation, userId)) !== 'taken') return false;
  const { projectId, projectRole } = invitation;
  // It may be deleted in this very moment; whoever was invited with it stays invited.
  if (projectId && (await lockProject(tx, projectId)))
    await tx.projectMember.create({ data: { projectId, userId, role: projectRole ?? 'viewer' } });
  return true;
}

/** Why somebody without an invitation stays outside; null where the door is open to them. */
function refuse({ email, emailVerified, invitationHash }: Visitor, { isOpen }: DoorRules): ErrorCode | null {
  if (isOpen) return email && !emailVerified ? 'email_unverified' : null;
  if (invitationHash) return 'invitation_invalid';
  return email && !emailVerified ? 'email_unverified' : 'not_invited';
}

function isAdmin({ email, emailVerified }: Visitor, { adminEmails }: DoorRules): boolean {
  if (!email || !emailVerified) return false;
  return adminEmails.some((one) => foldCase(one) === foldCase(email));
}

/** What was meant for one person goes before what was meant for many. */
const ORDER = ['link', 'email', 'group', 'domain'] as const satisfies Invitation['kind'][];

/** The open invitation that fits best. An address that nobody verified may be anybody's, and fits none. */
async function findInvitation(tx: Transaction, visitor: Visitor): Promise<Invitation | null> {
  const { invitationHash, groups } = visitor;
  const email = visitor.emailVerified && visitor.email ? foldCase(visitor.email) : undefined;
  const fits: Prisma.InvitationWhereInput[] = [{ kind: 'group', value: { in: groups.map(foldCase) } }];
  if (invitationHash) fits.push({ kind: 'link', tokenHash: invitationHash });
  if (email) {
    fits.push({ kind: 'email', value: email });
    fits.push({ kind: 'domain', value: email.slice(email.lastIndexOf('@') + 1) });
  }
  const found = await tx.invitation.findMany({
    where: { AND: [openInvitations(tx), { admits: true, OR: fits }] },
    orderBy: { id: 'asc' },
  });
  return found.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))[0] ?? null;
}

/** What a name may have at the most, as people may choose it themselves. */
const NAME_MAX = 80;

function toDisplayName(name: string | null): string {
  const clean = (name ?? '').replace(/[\p{C}\s]+/gu, ' ').trim();
  return [...clean].slice(0, NAME_MAX).join('').trim() || 'Guest';
}
