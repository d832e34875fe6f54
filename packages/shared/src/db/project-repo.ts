import type { Transaction } from './client.ts';
import type { Prisma } from './generated/client.ts';

/** A project, and what its member may do in it. */
export type Membership = Prisma.ProjectMemberGetPayload<{ include: { project: true } }>;

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
  userId: string,
  page: { limit: number; after?: string | undefined },
): Promise<Membership[]> {
  return db.projectMember.findMany({
    where: { userId, ...(page.after && { projectId: { gt: page.after } }) },
    orderBy: { projectId: 'asc' },
    take: page.limit + 1,
    include: { project: true },
  });
}
