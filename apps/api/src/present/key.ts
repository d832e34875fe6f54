import type { Key } from '@veogate/shared/contracts/keys';
import type { KeyRow } from '@veogate/shared/db/key-repo';
import type { Role } from '@veogate/shared/db/rows';
import { describeError, isErrorCode } from '@veogate/shared/domain/errors';

/** Who looks at a key. */
export interface KeyViewer {
  userId: string;
  role: Role;
}

/** Whether somebody may retire a key and have it checked: a team's is looked after by administrators. */
export function canManage({ scope, ownerId }: Pick<KeyRow, 'scope' | 'ownerId'>, viewer: KeyViewer): boolean {
  return scope === 'team' ? viewer.role === 'admin' : ownerId === viewer.userId;
}

/** A key as the API shows it. */
export function presentKey(key: KeyRow, viewer: KeyViewer): Key {
  const manages = canManage(key, viewer);
  const reason = key.stateReason && isErrorCode(key.stateReason) ? describeError(key.stateReason) : null;
  return {
    id: key.id,
    provider: key.provider as Key['provider'],
    label: key.label,
    hint: key.hint,
    scope: key.scope,
    can_manage: manages,
    state: key.state,
    state_reason: reason && { code: key.stateReason ?? '', message: reason.title, advice: reason.advice },
    // The worker writes it in this very shape.
    quota: manages ? (key.quota as Key['quota']) : null,
    in_flight: key._count.generations,
    checked_at: key.checkedAt?.toISOString() ?? null,
    created_at: key.createdAt.toISOString(),
    retired_at: key.retiredAt?.toISOString() ?? null,
  };
}
