import { parseArgs } from 'node:util';
import { roles } from '@veogate/shared/contracts/account';
import { type Database, openDatabase } from '@veogate/shared/db/client';
import { listUsers } from '@veogate/shared/db/user-admin-repo';
import { type Scope, scopes } from '@veogate/shared/domain/scopes';
import { createEventSender } from '@veogate/shared/events/channel';
import { type Command, UsageError } from '../command.ts';
import { readDatabases } from '../settings.ts';
import { toWhole } from '../to-whole.ts';
import { createUsers } from '../users.ts';

const MAX_HOURS = 8_760;
const MAX_DAYS = 3_650;
const REASON = 'The operator suspended this account.';

export const user: Command = {
  summary: 'lists accounts, suspends or reinstates one, changes a role, makes a token',
  usage: `npm run ops -- user list [part of a name or e-mail address]
npm run ops -- user suspend <who> [--hours <n>] [--reason <sentence>]
npm run ops -- user reinstate <who>
npm run ops -- user role <who> ${roles.join('|')}
npm run ops -- user token <who> --name <name> --scopes <scope,scope> [--days <n>]

<who> is an id, an e-mail address or a name. A suspension holds at once, also in open pages, until the hours are over or
somebody lifts it; the reason is shown to the person. A token is printed once.
Scopes: ${scopes.join(' ')}`,
  async run(args, env) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        hours: { type: 'string' },
        reason: { type: 'string' },
        name: { type: 'string' },
        scopes: { type: 'string' },
        days: { type: 'string' },
      },
    });
    const [action = '', who = '', role] = positionals;
    const act = readAction(action, who, role, values);
    const { url, directUrl } = readDatabases(env);
    const db = openDatabase({ url, max: 2 });
    const events = createEventSender(directUrl);
    try {
      process.stdout.write(`${await act(db, createUsers({ db, events }))}\n`);
      return 0;
    } finally {
      // Sends what is left to be told.
      await events.close();
      await db.$disconnect();
    }
  },
};

type Act = (db: Database, users: ReturnType<typeof createUsers>) => Promise<string>;
type Values = Partial<Record<'hours' | 'reason' | 'name' | 'scopes' | 'days', string>>;

/** Reads everything before anything is done. */
function readAction(action: string, who: string, role: string | undefined, values: Values): Act {
  if (action === 'list') return async (db) => list(db, who);
  if (!['suspend', 'reinstate', 'role', 'token'].includes(action))
    throw new UsageError(action ? `There is no "user ${action}".` : 'Say what to do.');
  if (!who) throw new UsageError('Say who: an id, an e-mail address or a name.');
  if (action === 'reinstate') return (_, users) => users.reinstate(who);
  if (action === 'suspend') {
    const hours = values.hours === undefined ? null : toWhole('hours', values.hours, MAX_HOURS);
    return (_, users) => users.suspend(who, { hours, reason: values.reason?.trim() || REASON });
  }
  if (action === 'role') {
    const wanted = roles.find((known) => known === role);
    if (!wanted) throw new UsageError(`The role is one of ${roles.join(', ')}.`);
    return (_, users) => users.changeRole(who, wanted);
  }
  const name = values.name?.trim();
  if (!name) throw new UsageError('Give the token a --name that says what it is for.');
  const days = toWhole('days', values.days ?? '90', MAX_DAYS);
  const wanted = toScopes(values.scopes);
  return (_, users) => users.makeToken(who, { name, scopes: wanted, days });
}

async function list(db: Database, text: string): Promise<string> {
  const limit = 200;
  const users = await listUsers(db, { limit, ...(text && { text }) });
  if (users.length === 0) return 'There is no such account.';
  const lines = users.slice(0, limit).map(({ id, displayName, role, state, identities }) => {
    const emails = identities.flatMap(({ email }) => email ?? []).join(', ');
    return `${id}  ${role.padEnd(8)}${state.padEnd(11)}${displayName}${emails && `  <${emails}>`}`;
  });
  const more = users.length > limit ? ['There are more; search for a part of the name.'] : [];
  return [...lines, ...more].join('\n');
}

function toScopes(text = ''): Scope[] {
  const names = text.split(/[\s,]+/).filter(Boolean);
  const unknown = names.filter((name) => !scopes.some((scope) => scope === name));
  if (names.length === 0 || unknown.length > 0) {
    const what = unknown.length > 0 ? `There is no scope ${unknown.join(', ')}. ` : '';
    throw new UsageError(`${what}--scopes takes some of ${scopes.join(', ')}.`);
  }
  return scopes.filter((scope) => names.includes(scope));
}
