import type { ChangeUser } from '@veogate/shared/contracts/admin';
import { append } from '@veogate/shared/db/audit-repo';
import type { Transaction } from '@veogate/shared/db/client';
import { endSessions } from '@veogate/shared/db/session-repo';
import {
  changeGenerationLimit,
  changeRole,
  findUserRow,
  type Refusal,
  reinstateUser,
  suspendUser,
  type UserRow,
} from '@veogate/shared/db/user-admin-repo';
import { AppError } from '@veogate/shared/domain/errors';
import type { Services } from '../../services.ts';
import { tellSessionsEnded } from '../../tell-sessions-ended.ts';

const REASON = 'An administrator suspended this account.';

type Needs = Pick<Services, 'db' | 'events' | 'queues'>;

/** What an administrator may do with an account. */
export function createUserService(services: Needs) {
  const { db, events } = services;

  async function find(tx: Transaction, id: string): Promise<UserRow> {
    const user = await findUserRow(tx, id);
    if (!user) throw new AppError('not_found', 'There is no such account.');
    return user;
  }

  return {
    find: (id: string) => find(db, id),

    /** All of it, or nothing. Whoever is suspended is out at once; what runs for them is still collected. */
    async change(by: string, id: string, change: ChangeUser): Promise<UserRow> {
      checkChange(change);
      const { role, state, suspended_for_hours: hours, suspended_reason: reason } = change;
      const { generation_limit: limit } = change;
      const user = await db.$transaction(async (tx) => {
        const before = await find(tx, id);
        if (limit !== undefined) await changeGenerationLimit(tx, id, limit, by);
        if (role) refuse(await changeRole(tx, id, role, by));
        if (state === 'suspended') {
          const until = hours ? new Date(Date.now() + hours * 3_600_000) : null;
          refuse(await suspendUser(tx, id, { until, reason: reason?.trim() || REASON, by }));
        }
        if (state === 'active' && !(await reinstateUser(tx, id, by)) && before.state === 'leaving')
          refuse('unfit');
        return find(tx, id);
      });
      events.accountChanged(id);
      return user;
    },

    /** Signs somebody out everywhere. Returns how many sessions ended. */
    async endSessions(by: string, id: string): Promise<number> {
      const { ended, retired } = await db.$transaction(async (tx) => {
        await find(tx, id);
        const done = await endSessions(tx, id, null);
        const detail = { revoked: done.ended };
        await append(tx, {
          action: 'user.signed_out',
          actorId: by,
          subject: 'user',
          subjectId: id,
          detail,
        });
        return done;
      });
      await tellSessionsEnded(services, id, retired);
      return ended;
    },
  };
}

function checkChange({ state, suspended_for_hours, suspended_reason }: ChangeUser): void {
  if (state === 'suspended') return;
  const issues = Object.entries({ suspended_for_hours, suspended_reason })
    .filter(([, value]) => value !== undefined)
    .map(([field]) => ({ field, message: `${field} goes with the state "suspended".` }));
  if (issues.length > 0) throw new AppError('invalid_request', '', { issues });
}

function refuse(refusal: Refusal | null): void {
  if (refusal === 'last_admin') throw new AppError('last_admin');
  if (refusal) throw new AppError('wrong_state', 'Its owner is deleting the account.');
}
