import { append } from '@veogate/shared/db/audit-repo';
import type { Database } from '@veogate/shared/db/client';
import { insertToken, newTokenSecret } from '@veogate/shared/db/token-repo';
import {
  changeRole,
  findUsersBy,
  type Refusal,
  reinstateUser,
  suspendUser,
  type UserRow,
} from '@veogate/shared/db/user-admin-repo';
import type { Scope } from '@veogate/shared/domain/scopes';
import type { EventSender } from '@veogate/shared/events/channel';
import { Problem } from './command.ts';

type Role = UserRow['role'];

/** What an operator may do with accounts. Each answers with a sentence; each is audited, and holds at once. */
export function createUsers({ db, events }: { db: Database; events: Pick<EventSender, 'accountChanged'> }) {
  async function find(who: string): Promise<UserRow> {
    const [user, ...others] = await findUsersBy(db, who);
    if (!user) throw new Problem(`There is no account "${who}". See who there is: npm run ops -- user list`);
    if (others.length === 0) return user;
    throw new Problem(
      `There are several accounts "${who}". Say which by its id: ${[user, ...others].map(({ id }) => id).join(', ')}`,
    );
  }

  return {
    async suspend(who: string, { hours, reason }: { hours: number | null; reason: string }) {
      const { id, displayName } = await find(who);
      const until = hours === null ? null : new Date(Date.now() + hours * 3_600_000);
      await db.$transaction(async (tx) =>
        check(await suspendUser(tx, id, { until, reason: reason.slice(0, 300), by: null })),
      );
      events.accountChanged(id);
      return `${displayName} is suspended${until ? ` until ${until.toISOString()}` : ''}.`;
    },

    async reinstate(who: string) {
      const { id, displayName } = await find(who);
      const done = await db.$transaction((tx) => reinstateUser(tx, id, null));
      if (!done) throw new Problem(`${displayName} is not suspended.`);
      events.accountChanged(id);
      return `${displayName} may come in again.`;
    },

    async changeRole(who: string, role: Role) {
      const { id, displayName } = await find(who);
      await db.$transaction(async (tx) => check(await changeRole(tx, id, role, null)));
      events.accountChanged(id);
      return `${displayName} has the role ${role}.`;
    },

    async makeToken(who: string, wanted: { name: string; scopes: Scope[]; days: number }) {
      const { id, role } = await find(who);
      const { name, scopes, days } = wanted;
      checkScopes(role, scopes);
      const { secret, ...kept } = newTokenSecret();
      const expiresAt = new Date(Date.now() + days * 86_400_000);
      await db.$transaction(async (tx) => {
        const row = await insertToken(tx, {
          ...kept,
          userId: id,
          name: name.slice(0, 100),
          scopes,
          expiresAt,
        });
        const detail = { by: 'operator', scopes: scopes.join(' '), days };
        await append(tx, { action: 'token.created', subject: 'token', subjectId: row.id, detail });
      });
      return secret;
    },
  };
}

function check(refusal: Refusal | null): void {
  if (refusal === 'last_admin')
    throw new Problem(
      'That is the last administrator. Make somebody else one first: npm run ops -- user role <who> admin',
    );
  if (refusal)
    throw new Problem('Nothing was changed: the account is suspended already, or its owner is deleting it.');
}

/** Nobody's token may do more than its owner. */
function checkScopes(role: Role, scopes: readonly Scope[]): void {
  if (scopes.includes('admin:write') && role !== 'admin')
    throw new Problem('The scope admin:write needs the role admin.');
  if (scopes.includes('admin:read') && role === 'member')
    throw new Problem('The scope admin:read needs the role auditor or admin.');
}
