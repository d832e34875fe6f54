import type { Generation } from '../../api/types.ts';

export type ActionName =
  | 'cancel'
  | 'look_again'
  | 'dismiss'
  | 'retry'
  | 'download'
  | 'pin'
  | 'unpin'
  | 'use_again'
  | 'copy_link'
  | 'delete';

/** What changes nothing, so that whoever only looks may do it too. */
const forViewers: readonly ActionName[] = ['download', 'use_again', 'copy_link'];

/**
 * What can be done with a generation as it stands, the most likely first.
 *
 * @param mayChange whether one may change anything in its project
 */
export function actionsFor(generation: Generation, mayChange = true): ActionName[] {
  const actions = actionsOf(generation);
  return mayChange ? actions : actions.filter((name) => forViewers.includes(name));
}

function actionsOf({ status, error, outputs, pinned }: Generation): ActionName[] {
  switch (status) {
    case 'queued':
      return ['cancel', 'copy_link'];
    case 'in_progress':
    case 'canceling':
      return ['copy_link'];
    case 'outcome_unknown':
      return ['look_again', 'dismiss', 'copy_link'];
    case 'expired':
      return ['look_again', 'use_again', 'copy_link'];
    case 'succeeded':
      return [
        ...(outputs.length > 0 ? (['download', pinned ? 'unpin' : 'pin'] as const) : []),
        'use_again',
        'copy_link',
        'delete',
      ];
    case 'failed':
      return [...(error?.retryable ? ['retry' as const] : []), 'use_again', 'copy_link', 'delete'];
    case 'canceled':
      return ['retry', 'use_again', 'copy_link', 'delete'];
  }
}
