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

/** A project, and what its member may do in it. */
export type Membership = Prisma.ProjectMemberGetPayload<{
  include: { project: { include: { _count: { select: { members: true } } } } };
}>;

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
    include: { project: { include: { _count: { select: { members: true } } } } },
  });
}
