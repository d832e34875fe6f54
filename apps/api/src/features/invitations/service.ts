import type { CreateInvitation } from '@veogate/shared/contracts/invitations';
import { append } from '@veogate/shared/db/audit-repo';
import type { Transaction } from '@veogate/shared/db/client';
import { createInvitationLink } from '@veogate/shared/db/invitation-link';
import { insertInvitation, revokeInvitation } from '@veogate/shared/db/invitation-repo';
import { findMembership, lockProject, type Viewer } from '@veogate/shared/db/project-repo';
import type { Invitation } from '@veogate/shared/db/rows';
import { AppError, invalidField } from '@veogate/shared/domain/errors';
import { checkInvitation, LINK_HOURS, toInvitationValue } from '@veogate/shared/domain/invitations';
import { uuidv7 } from 'uuidv7';
import type { Services } from '../../services.ts';

type Needs = Pick<Services, 'db'>;

/** Whom an administrator lets into the service. */
export function createInvitationService({ db }: Needs) {
  return {
    /** Returns the invitation, and the link where it is one; this is the only time that anybody sees it. */
    async create(
      viewer: Viewer,
      origin: string,
      wanted: CreateInvitation,
    ): Promise<{ invitation: Invitation; url: string | null }> {
      const issues = checkInvitation(wanted);
      if (issues.length > 0) throw new AppError('invalid_request', '', { issues });
      const { kind, role = 'member', note, allowance, project_id: projectId } = wanted;
      const isLink = kind === 'link';
      const link = isLink ? createInvitationLink(origin) : null;
      const hours = wanted.expires_in_hours ?? (isLink ? LINK_HOURS : null);
      const id = uuidv7();
      const invitation = await db.$transaction(async (tx) => {
        if (projectId) await checkProject(tx, viewer, projectId);
        await append(tx, {
          action: 'invitation.created',
          ...about(viewer, id),
          detail: { kind, role, project: projectId ?? null },
        });
        return insertInvitation(tx, {
          id,
          kind,
          value: toInvitationValue(wanted),
          tokenHash: link?.tokenHash ?? null,
          role,
          projectId: projectId ?? null,
          projectRole: wanted.project_role ?? null,
          allowanceAmount: allowance?.amount ?? null,
          allowanceUnit: allowance?.unit ?? null,
          note: note?.trim() || null,
          seats: isLink || kind === 'email' ? 1 : (wanted.seats ?? null),
          createdById: viewer.userId,
          expiresAt: hours === null ? null : new Date(Date.now() + hours * 3_600_000),
        });
      });
      return { invitation, url: link?.url ?? null };
    },

    async revoke(viewer: Viewer, id: string): Promise<void> {
      await db.$transaction(async (tx) => {
        if (!(await revokeInvitation(tx, id, { admits: true })))
          throw new AppError('not_found', 'There is no such invitation.');
        await append(tx, { action: 'invitation.revoked', ...about(viewer, id) });
      });
    },
  };
}

/** Nobody invites into a project in which they could not work themselves. */
async function checkProject(tx: Transaction, viewer: Viewer, id: string): Promise<void> {
  await lockProject(tx, id);
  const membership = await findMembership(tx, viewer, id);
  if (!membership) throw new AppError('not_found', 'There is no such project.');
  if (membership.role === 'viewer')
    throw new AppError('forbidden', 'A viewer of a project invites nobody to it.');
  if (membership.project.kind === 'personal') {
    const message = 'A personal project is for one person: make a shared one.';
    throw invalidField('project_id', message);
  }
}

function about({ userId }: Viewer, invitationId: string) {
  return { actorId: userId, subject: 'invitation', subjectId: invitationId };
}
