import type { Key } from '@veogate/shared/contracts/keys';
import type { KeyRow } from '@veogate/shared/db/key-repo';
import { describeError, isErrorCode } from '@veogate/shared/domain/errors';

/** A key as the API shows it. */
export function presentKey(key: KeyRow): Key {
  const reason = key.stateReason && isErrorCode(key.stateReason) ? describeError(key.stateReason) : null;
  return {
    id: key.id,
    provider: key.provider as Key['provider'],
    label: key.label,
    hint: key.hint,
    scope: key.scope,
    state: key.state,
    state_reason: reason && { code: key.stateReason ?? '', message: reason.title, advice: reason.advice },
    // The worker writes it in this very shape.
    quota: key.quota as Key['quota'],
    in_flight: key._count.generations,
    checked_at: key.checkedAt?.toISOString() ?? null,
    created_at: key.createdAt.toISOString(),
    retired_at: key.retiredAt?.toISOString() ?? null,
  };
}
