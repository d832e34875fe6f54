import { uuidv7 } from 'uuidv7';
import type { Transaction } from './client.ts';
import type { Prisma, ProjectRole } from './generated/client.ts';

/** Whose eyes: a user's; and those of a token that is bound to one project see nothing beside it. */
export interface Viewer {
  userId: string;
  projectId: string | null;
}

/** Restricts projects to those that somebody may look into. */
export function visibleProjects({ userId, projectId }: Viewer): Prisma.ProjectWhereInput {
  return { members: { some: { userId } }, ...(projectId && { id: projectId }) };
}

const shown = {
  project: { include: { _count: { select: { members: true } } } },
} as const satisfies Prisma.ProjectMemberInclude;

/** A project, and what its member may do in it. */
export type Membership = Prisma.ProjectMemberGetPayload<{ include: typeof shown }>;

/** What somebody may do in a project; null where they may not even know of it. */
export async function findProjectRole(
  db: Transaction,
  viewer: Viewer,
  projectId: string,
): Promise<ProjectRole | null> {
  if (viewer.projectId && viewer.projectId !== projectId) return null;
  const where = { projectId_userId: { projectId, userId: viewer.userId } };
  return (await db.projectMember.findUnique({ where, select: { role: true } }))?.role ?? null;
}

/** The project that every account has for itself. */
export async function findPersonalProjectId(db: Transaction, userId: string): Promise<string> {
  const { projectId } = await db.projectMember.findFirstOrThrow({
    where: { userId, role: 'owner', project: { kind: 'personal' } },
    select: { projectId: true },
  });
  return projectId;
}

/** The projects of a user, oldest first; one more than `limit`, so that the caller knows whether there are more. */
export function listMemberships(
  db: Transaction,
  { userId, projectId }: Viewer,
  page: { limit: number; after?: string | undefined },
): Promise<Membership[]> {
  return db.projectMember.findMany({
    where: {
      userId,
      AND: [projectId ? { projectId } : {}, page.after ? { projectId: { gt: page.after } } : {}],
    },
    orderBy: { projectId: 'asc' },
    take: page.limit + 1,
    include: shown,
  });
}

/** One project of a user; null where they may not even know of it. */
export async function findMembership(
  db: Transaction,
  viewer: Viewer,
  projectId: string,
): Promise<Membership | null> {
  if (viewer.projectId && viewer.projectId !== projectId) return null;
  const where = { projectId_userId: { projectId, userId: viewer.userId } };
  return db.projectMember.findUnique({ where, include: shown });
}

/**
 * A project and its members change one after the other: two owners who leave at once would leave it without any.
 *
 * @returns whether it is still there
 */
export async function lockProject(tx: Transaction, id: string): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`select 1 from projects where id = ${id}::uuid for no key update`;
  return rows.length === 1;
}

/** A project for several people, which so far has its owner alone. */
export async function createSharedProject(
  tx: Transaction,
  { name, ownerId }: { name: string; ownerId: string },
): Promise<Membership> {
  const id = uuidv7();
  await tx.project.create({
    data: { id, name, kind: 'shared', members: { create: { userId: ownerId, role: 'owner' } } },
  });
  const where = { projectId_userId: { projectId: id, userId: ownerId } };
  return tx.projectMember.findUniqueOrThrow({ where, include: shown });
}

/** How many shared projects somebody owns. Whoever makes several at once is counted one after the other. */
export async function countOwnedProjects(tx: Transaction, userId: string): Promise<number> {
  await tx.$executeRaw`select 1 from users where id = ${userId}::uuid for no key update`;
  return tx.projectMember.count({ where: { userId, role: 'owner', project: { kind: 'shared' } } });
}

export async function renameProject(tx: Transaction, id: string, name: string): Promise<void> {
  await tx.project.update({ where: { id }, data: { name } });
}

/**
 * Deletes a shared project. Every generation in it goes to its maker's personal project, so that nothing is lost, least
 * of all what is being paid for. Whoever was invited to the service with it stays invited.
 *
 * @param heirId who gets what a maker without a personal project left
 * @returns the generations that moved
 */
export async function deleteProject(tx: Transaction, id: string, heirId: string): Promise<string[]> {
  // Whoever is just beginning a generation in it is waited for; whoever comes later finds nothing.
  await tx.$executeRaw`select 1 from projects where id = ${id}::uuid for update`;
  const moved = await tx.$queryRaw<{ id: string; isGone: boolean }[]>`
    with personal as (
      select m.user_id, m.project_id from project_members m join projects p on p.id = m.project_id
      where p.kind = 'personal' and m.role = 'owner'
    ), inside as (
      -- In the order in which whoever ends several of them locks them.
      select id from generations where project_id = ${id}::uuid order by id for no key update
    )
    update generations g set
      project_id = coalesce(
        (select project_id from personal where user_id = g.user_id),
        (select project_id from personal where user_id = ${heirId}::uuid)),
      updated_at = case when g.deleted_at is null then now() else g.updated_at end
    from inside where g.id = inside.id
    returning g.id, g.deleted_at is not null as "isGone"`;
  await tx.invitation.updateMany({
    where: { projectId: id, admits: true },
    data: { projectId: null, projectRole: null },
  });
  await tx.budget.deleteMany({ where: { scope: 'project', scopeId: id } });
  await tx.project.delete({ where: { id } });
  return moved.filter(({ isGone }) => !isGone).map((generation) => generation.id);
}
