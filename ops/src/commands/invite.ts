import { parseArgs } from 'node:util';
import { accessEnv } from '@veogate/shared/config/fragments';
import { readEnv } from '@veogate/shared/config/read-env';
import { roles } from '@veogate/shared/contracts/account';
import { append } from '@veogate/shared/db/audit-repo';
import { openDatabase } from '@veogate/shared/db/client';
import { createInvitationLink } from '@veogate/shared/db/invitation-link';
import { insertInvitation } from '@veogate/shared/db/invitation-repo';
import { checkInvitation, LINK_HOURS, toInvitationValue } from '@veogate/shared/domain/invitations';
import { signsInByOAuth } from '@veogate/shared/domain/profiles';
import { Type } from 'typebox';
import { uuidv7 } from 'uuidv7';
import { type Command, Problem, UsageError } from '../command.ts';
import { readDatabases } from '../settings.ts';
import { toWhole } from '../to-whole.ts';

const MAX_HOURS = 8_760;
const { ACCESS_PROFILE, PUBLIC_URL } = accessEnv;

export const invite: Command = {
  summary: 'lets somebody into a service of profile "invite" or "public"',
  usage: `npm run ops -- invite [e-mail address] [--role ${roles.join('|')}] [--hours <n>]

Without an address it prints a link that one person can use, within ${LINK_HOURS} hours where nothing else is said. With one,
whoever signs in with that address, verified by the provider, comes in. Administrators invite others in the page; this is
for the first one.`,
  async run(args, env) {
    const options = { role: { type: 'string' }, hours: { type: 'string' } } as const;
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
    const [email, ...more] = positionals;
    if (more.length > 0) throw new UsageError('Invite one person at a time.');
    const role = roles.find((known) => known === (values.role ?? 'member'));
    if (!role) throw new UsageError(`The role is one of ${roles.join(', ')}.`);
    const kind = email === undefined ? ('link' as const) : ('email' as const);
    const asked = { kind, role, ...(email !== undefined && { value: email }) };
    const [issue] = checkInvitation(asked);
    if (issue) throw new UsageError(issue.message);
    const given = values.hours === undefined ? null : toWhole('hours', values.hours, MAX_HOURS);
    const hours = given ?? (kind === 'link' ? LINK_HOURS : null);

    const link = kind === 'link' ? createInvitationLink(readOrigin(env)) : null;
    const id = uuidv7();
    const db = openDatabase({ url: readDatabases(env).url, max: 1 });
    try {
      await db.$transaction(async (tx) => {
        const detail = { by: 'operator', kind, role };
        await append(tx, { action: 'invitation.created', subject: 'invitation', subjectId: id, detail });
        await insertInvitation(tx, {
          id,
          kind,
          role,
          value: toInvitationValue(asked),
          tokenHash: link?.tokenHash ?? null,
          seats: 1,
          expiresAt: hours === null ? null : new Date(Date.now() + hours * 3_600_000),
        });
      });
    } finally {
      await db.$disconnect();
    }
    process.stdout.write(
      link
        ? `One person comes in by this link, within ${hours} hours:\n${link.url}\n`
        : `Whoever signs in as ${email} comes in.\n`,
    );
    return 0;
  },
};

function readOrigin(env: NodeJS.ProcessEnv): string {
  const settings = readEnv(Type.Object({ ACCESS_PROFILE, PUBLIC_URL }), env);
  if (!signsInByOAuth(settings.ACCESS_PROFILE))
    throw new Problem(`In profile "${settings.ACCESS_PROFILE}" nobody needs an invitation.`);
  if (settings.PUBLIC_URL) return settings.PUBLIC_URL;
  throw new Problem('Set PUBLIC_URL to the address that people type, such as https://veogate.example.');
}
