import { append } from './audit-repo.ts';
import type { Transaction } from './client.ts';
import type { Prisma } from './generated/client.ts';

const whole = {
  project: {
    include: { members: { include: { user: { select: { state: true } } }, orderBy: { joinedAt: 'asc' } } },
  },
} as const satisfies Prisma.ProjectMemberInclude;
type Owned = Prisma.ProjectMemberGetPayload<{ include: typeof whole }>['project'];

/**
 * Gives up what a leaving account owns. A project with nobody else to own it passes to whoever has edited in it for
 * the longest. Where there is nobody, it goes, and what others made in it moves to their own projects.
 *
 * @returns the people whose projects changed by it, and their generations that moved
 */
export async function leaveProjects(
  tx: Transaction,
  userId: string,
): Promise<{ members: string[]; moved: string[] }> {
  // Somebody may be deleting one of them.
  await tx.$executeRaw`
    select 1 from projects p join project_members m on m.project_id = p.id
    where m.user_id = ${userId}::uuid and m.role = 'owner' order by p.id for update of p`;
  const memberships = await tx.projectMember.findMany({
    where: { userId, role: 'owner' },
    include: whole,
    orderBy: { projectId: 'asc' },
  });
  const members: string[] = [];
  const moved: string[] = [];
  for (const { project } of memberships) {
    const others = project.members.filter((member) => member.userId !== userId);
    if (others.some(({ role }) => role === 'owner')) continue;
    members.push(...others.map((member) => member.userId));
    if (!(await passOn(tx, project, others))) moved.push(...(await dissolve(tx, project.id)));
  }
  return { members, moved };
}

async function passOn(tx: Transaction, { id, kind }: Owned, others: Owned['members']): Promise<boolean> {
  const heir = others.find(({ role, user }) => role === 'editor' && user.state !== 'leaving');
  if (kind === 'personal' || !heir) return false;
  const where = { projectId_userId: { projectId: id, userId: heir.userId } };
  await tx.projectMember.update({ where, data: { role: 'owner' } });
  await append(tx, {
    action: 'project.passed_on',
    subject: 'project',
    subjectId: id,
    detail: { to: heir.userId },
  });
  return true;
}

async function dissolve(tx: Transaction, projectId: string): Promise<string[]> {
  const moved = await tx.$queryRaw<{ id: string }[]>`
    with inside as (
      -- In the order in which whoever ends several of them locks them.
      select id from generations where project_id = ${projectId}::uuid order by id for no key update
    )
    update generations g set project_id = p.id, updated_at = now()
    from inside, project_members m join projects p on p.id = m.project_id and p.kind = 'personal'
    where g.id = inside.id and m.user_id = g.user_id and m.role = 'owner' and p.id <> g.project_id
    returning g.id`;
  await append(tx, { action: 'project.deleted', subject: 'project', subjectId: projectId });
  await tx.budget.deleteMany({ where: { scope: 'project', scopeId: projectId } });
  await tx.project.delete({ where: { id: projectId } });
  return moved.map(({ id }) => id);
}
