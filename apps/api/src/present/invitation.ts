import type { Invitation, InvitationPreview } from '@veogate/shared/contracts/invitations';
import type { NamedInvitation } from '@veogate/shared/db/invitation-repo';
import type { Invitation as InvitationRow } from '@veogate/shared/db/rows';
import { toMoney } from '@veogate/shared/db/values';

/** An invitation as an administrator sees it. */
export function presentInvitation(row: InvitationRow): Invitation {
  return {
    id: row.id,
    kind: row.kind,
    value: row.value,
    role: row.role,
    project_id: row.projectId,
    project_role: toGuestRole(row.projectRole),
    allowance: toMoney(row.allowanceAmount, row.allowanceUnit),
    note: row.note,
    seats: row.seats,
    used: row.used,
    state: toState(row),
    created_at: row.createdAt.toISOString(),
    expires_at: row.expiresAt?.toISOString() ?? null,
  };
}

/** The same as its guest sees it. */
export function presentPreview(row: NamedInvitation): InvitationPreview {
  return {
    admits: row.admits,
    invited_by: row.createdBy?.displayName ?? null,
    role: row.role,
    project_name: row.project?.name ?? null,
    project_role: toGuestRole(row.projectRole),
    allowance: toMoney(row.allowanceAmount, row.allowanceUnit),
    note: row.note,
    expires_at: row.expiresAt?.toISOString() ?? null,
  };
}

/** Nobody becomes an owner by an invitation. */
function toGuestRole(role: InvitationRow['projectRole']): 'editor' | 'viewer' | null {
  return role === 'owner' ? 'editor' : role;
}

function toState({ revokedAt, seats, used, expiresAt }: InvitationRow): Invitation['state'] {
  if (revokedAt) return 'revoked';
  if (seats !== null && used >= seats) return 'used';
  return expiresAt && expiresAt <= new Date() ? 'expired' : 'open';
}
