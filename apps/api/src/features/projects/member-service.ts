import { append } from '@veogate/shared/db/audit-repo';
import type { Transaction } from '@veogate/shared/db/client';
import {
  changeMemberRole,
  findMember,
  isLastOwner,
  listMembers,
  type MemberRow,
  removeMember,
} from '@veogate/shared/db/member-repo';
import { findProjectRole, lockProject, type Viewer } from '@veogate/shared/db/project-repo';
import type { ProjectRole } from '@veogate/shared/db/rows';
import { AppError } from '@veogate/shared/domain/errors';
import type { Services } from '../../services.ts';

type Needs = Pick<Services, 'db' | 'events'>;

/** Who is in a project, and as what. */
export function createMemberService({ db, events }: Needs) {
  /** The member that an owner, or where `orSelf` the member alone, may change; nobody else changes any until the end. */
  async function findChangeable(
    tx: Transaction,
    viewer: Viewer,
    projectId: string,
    { userId, orSelf }: { userId: string; orSelf: boolean },
  ): Promise<MemberRow> {
    await lockProject(tx, projectId);
    const role = await findProjectRole(tx, viewer, projectId);
    if (!role) throw new AppError('not_found', 'There is no such project.');
    const isSelf = orSelf && userId === viewer.userId;
    if (role !== 'owner' && !isSelf)
      throw new AppError('forbidden', 'Only an owner of the project may do this.');
    const member = await findMember(tx, projectId, userId);
    if (!member) throw new AppError('not_found', 'There is no such member.');
    return member;
  }

  return {
    async list(viewer: Viewer, projectId: string): Promise<MemberRow[]> {
      if (!(await findProjectRole(db, viewer, projectId)))
        throw new AppError('not_found', 'There is no such project.');
      return listMembers(db, projectId);
    },

    async changeRole(
      viewer: Viewer,
      projectId: string,
      userId: string,
      role: ProjectRole,
    ): Promise<MemberRow> {
      const changed = await db.$transaction(async (tx) => {
        const member = await findChangeable(tx, viewer, projectId, { userId, orSelf: false });
        if (role !== 'owner' && (await isLastOwner(tx, projectId, userId))) throw new AppError('last_owner');
        await changeMemberRole(tx, member, role);
        const detail = { member: userId, from: member.role, to: role };
        await append(tx, { action: 'project.member_changed', ...about(viewer, projectId), detail });
        return { ...member, role };
      });
      events.accountChanged(userId);
      return changed;
    },

    /** By an owner, or by oneself, to leave. What the person made there stays, and what runs goes on. */
    async remove(viewer: Viewer, projectId: string, userId: string): Promise<void> {
      await db.$transaction(async (tx) => {
        const member = await findChangeable(tx, viewer, projectId, { userId, orSelf: true });
        if (await isLastOwner(tx, projectId, userId)) throw new AppError('last_owner');
        await removeMember(tx, member);
        const detail = { member: userId };
        await append(tx, { action: 'project.member_removed', ...about(viewer, projectId), detail });
      });
      events.accountChanged(userId);
    },
  };
}

function about({ userId }: Viewer, projectId: string) {
  return { actorId: userId, subject: 'project', subjectId: projectId };
}
