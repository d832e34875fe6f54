import { append } from '@veogate/shared/db/audit-repo';
import { findLink, useInvitation } from '@veogate/shared/db/invitation-repo';
import { findMember, joinProject } from '@veogate/shared/db/member-repo';
import { AppError } from '@veogate/shared/domain/errors';
import { sha256 } from '../../plugins/session.ts';
import type { Services } from '../../services.ts';

type Needs = Pick<Services, 'db' | 'events'>;

/**
 * Gives an account that exists what a link offers: its project. The role and the allowance of an invitation are for
 * newcomers. A link that would give somebody nothing stays for whom it is meant.
 *
 * @returns the project, where it offers one
 */
export function createAcceptInvitation({ db, events }: Needs) {
  return async (userId: string, token: string): Promise<{ project_id: string | null }> => {
    const { projectId, joined } = await db.$transaction(async (tx) => {
      const link = await findLink(tx, sha256(token));
      if (!link) throw new AppError('invitation_invalid');
      const { projectId, projectRole } = link;
      const used = link.uses.some((use) => use.userId === userId);
      if (used) {
        // Whoever was taken out of the project since does not come back by it.
        if (projectId && !(await findMember(tx, projectId, userId))) throw new AppError('invitation_invalid');
        return { projectId, joined: false };
      }
      if (!link.isOpen) throw new AppError('invitation_invalid');
      if (!projectId || !projectRole) return { projectId: null, joined: false };
      const joined = await joinProject(tx, { projectId, userId, role: projectRole });
      if (!joined) return { projectId, joined };
      if ((await useInvitation(tx, link, userId)) === 'gone') throw new AppError('invitation_invalid');
      await append(tx, {
        action: 'project.member_added',
        actorId: userId,
        subject: 'project',
        subjectId: projectId,
        detail: { member: userId, role: projectRole, invitation: link.id },
      });
      return { projectId, joined };
    });
    if (joined) events.accountChanged(userId);
    return { project_id: projectId };
  };
}
