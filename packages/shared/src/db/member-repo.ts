import { AppError } from '../domain/errors.ts';
import type { Transaction } from './client.ts';
import type { Prisma, ProjectRole } from './generated/client.ts';
import { revokeLinksOf } from './invitation-repo.ts';
import { lockProject } from './project-repo.ts';

/** What a role may, as a number: a higher one may whatever a lower one may. */
const RANKS = { viewer: 0, editor: 1, owner: 2 } as const satisfies Record<ProjectRole, number>;

const named = { user: { select: { displayName: true } } } as const satisfies Prisma.ProjectMemberInclude;

/** Somebody in a project, with the name that the others see. */
export type MemberRow = Prisma.ProjectMemberGetPayload<{ include: typeof named }>;

/** Who is in a project, in the order in which they came. */
export function listMembers(db: Transaction, projectId: string): Promise<MemberRow[]> {
  return db.projectMember.findMany({
    where: { projectId },
    orderBy: [{ joinedAt: 'asc' }, { userId: 'asc' }],
    include: named,
  });
}

export function findMember(db: Transaction, projectId: string, userId: string): Promise<MemberRow | null> {
  return db.projectMember.findUnique({
    where: { projectId_userId: { projectId, userId } },
    include: named,
  });
}

/** Whether nobody else could look after the project. Needs `lockProject` before it. */
export async function isLastOwner(tx: Transaction, projectId: string, userId: string): Promise<boolean> {
  const owners = await tx.projectMember.findMany({ where: { projectId, role: 'owner' }, take: 2 });
  return owners.length === 1 && owners[0]?.userId === userId;
}

/**
 * Adds somebody to a project, or lets them do more in it. Nobody loses a right by an invitation. Tell with
 * `accountChanged` after the commit. Throws `invitation_invalid` where the project was deleted in that moment.
 *
 * @returns whether it gave them anything
 */
export async function joinProject(
  tx: Transaction,
  { projectId, userId, role }: { projectId: string; userId: string; role: ProjectRole },
): Promise<boolean> {
  if (!(await lockProject(tx, projectId))) throw new AppError('invitation_invalid');
  const member = await findMember(tx, projectId, userId);
  if (member && RANKS[member.role] >= RANKS[role]) return false;
  await tx.projectMember.upsert({
    where: { projectId_userId: { projectId, userId } },
    create: { projectId, userId, role },
    update: { role },
  });
  return true;
}

/** Gives somebody another role. Links that they gave out as an owner are void once they are none any more. */
export async function changeMemberRole(tx: Transaction, member: MemberRow, role: ProjectRole): Promise<void> {
  const { projectId, userId } = member;
  await tx.projectMember.update({ where: { projectId_userId: { projectId, userId } }, data: { role } });
  if (role !== 'owner') await revokeLinksOf(tx, userId, projectId);
}

/** Takes somebody out of a project, and voids the links by which they could come back. What they made there stays. */
export async function removeMember(tx: Transaction, { projectId, userId }: MemberRow): Promise<void> {
  await tx.projectMember.delete({ where: { projectId_userId: { projectId, userId } } });
  await revokeLinksOf(tx, userId, projectId);
}
