import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { createAuditSeal } from '@veogate/shared/audit/chain';
import { type AuditFormat, auditFormats, writeAudit } from '@veogate/shared/audit/write-audit';
import { readEnv } from '@veogate/shared/config/read-env';
import { type AuditVerdict, type ChainFault, verifyAudit } from '@veogate/shared/db/audit-chain-repo';
import { pagesOfAuditLog } from '@veogate/shared/db/audit-search-repo';
import { type Database, openDatabase } from '@veogate/shared/db/client';
import { findUsersBy } from '@veogate/shared/db/user-admin-repo';
import { Type } from 'typebox';
import { type Command, UsageError } from '../command.ts';
import { readDatabases } from '../settings.ts';

const sealEnv = Type.Object({ FINGERPRINT_KEY_FILE: Type.Optional(Type.String({ minLength: 1 })) });

export const audit: Command = {
  summary: 'checks that the audit log is as it was written, or writes it out',
  usage: `npm run ops -- audit verify [--expect <hash>]
npm run ops -- audit export [--format ${auditFormats.join('|')}] [--person <who>] [--action <action>] [--since <time>] [--until <time>]

verify reads the whole log and ends with 1 where an entry was changed, removed or put in after it was sealed, naming the
first segment that is not as it was. With FINGERPRINT_KEY_FILE it also checks the seals, which nobody can write who has
the database alone. It prints the hash of the last segment: kept elsewhere and given as --expect later, it shows whether
the log was cut short since.

export writes entries to the standard output, newest first. <action> is one such as key.added, or a beginning such as
key. with its dot; <time> is like 2026-11-01 or 2026-11-01T12:00:00Z.`,
  async run(args, env) {
    const text = { type: 'string' } as const;
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { expect: text, format: text, person: text, action: text, since: text, until: text },
    });
    const [action = '', ...rest] = positionals;
    if (!['verify', 'export'].includes(action) || rest.length > 0)
      throw new UsageError(action ? `There is no "audit ${positionals.join(' ')}".` : 'Say what to do.');
    if (action === 'export') {
      const { format = 'csv', person, since, until } = values;
      if (!isFormat(format)) throw new UsageError(`--format is one of ${auditFormats.join(', ')}.`);
      const filter = { action: values.action, since: toTime('since', since), until: toTime('until', until) };
      return within(env, async (db) => {
        const people = person === undefined ? undefined : (await findUsersBy(db, person)).map(({ id }) => id);
        const lines = Readable.from(writeAudit(pagesOfAuditLog(db, { ...filter, people }), format));
        await pipeline(lines, process.stdout, { end: false });
        return 0;
      });
    }
    const { expect } = values;
    if (expect !== undefined && !/^[\da-f]{64}$/.test(expect))
      throw new UsageError('--expect takes the 64 digits that an earlier check printed.');
    const { FINGERPRINT_KEY_FILE: file } = readEnv(sealEnv, env);
    const seal =
      file === undefined ? null : createAuditSeal(Buffer.from(await readFile(file, 'utf8'), 'base64'));
    return within(env, async (db) => {
      const verdict = await verifyAudit(
        db,
        seal,
        expect === undefined ? undefined : Buffer.from(expect, 'hex'),
      );
      process.stdout.write(`${describe(verdict, seal !== null).join('\n')}\n`);
      return verdict.broken === null && verdict.isExpectedFound !== false ? 0 : 1;
    });
  },
};

const faults: Record<ChainFault, string> = {
  changed: 'An entry of it was changed.',
  missing: 'Entries of it were removed.',
  added: 'An entry was put into it later.',
  seal: 'Its seal was not made with this fingerprint key.',
  person: 'The address that belongs to an entry of it was changed.',
  gap: 'It does not follow the one before: segments were removed or put in.',
};

function describe(
  { segments, entries, retired, unsealed, head, broken, isExpectedFound }: AuditVerdict,
  sealed: boolean,
): string[] {
  const good = `${entries} entries in ${segments} segments are as they were sealed.`;
  const gone = retired > 0 ? [`${retired} more were let go with their months, as the settings say.`] : [];
  const found = [good, ...gone];
  if (broken) {
    const { seq, month, sealedAt, fault } = broken;
    const where = `Segment ${seq} of ${month}, sealed at ${sealedAt.toISOString()}, is not as it was sealed.`;
    return [where, faults[fault], `Before it, ${good}`];
  }
  if (isExpectedFound === false)
    found.push('The segment that was expected is not among them: the log was cut short.');
  if (unsealed > 0) found.push(`${unsealed} entries are not sealed yet.`);
  if (!sealed) found.push('The seals themselves were not checked: FINGERPRINT_KEY_FILE is not set.');
  if (head) found.push(`The last segment’s hash is ${Buffer.from(head).toString('hex')}.`);
  return found;
}

function isFormat(text: string): text is AuditFormat {
  return auditFormats.some((format) => format === text);
}

function toTime(name: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new UsageError(`--${name} takes a time such as 2026-11-01.`);
  return time;
}

async function within(env: NodeJS.ProcessEnv, act: (db: Database) => Promise<number>): Promise<number> {
  const db = openDatabase({ url: readDatabases(env).url, max: 2 });
  try {
    return await act(db);
  } finally {
    await db.$disconnect();
  }
}
