import { parseArgs } from 'node:util';
import { text as askText } from '@clack/prompts';
import { type Database, openDatabase } from '@veogate/shared/db/client';
import { type LockdownToll, measureLockdown } from '@veogate/shared/db/lockdown-repo';
import { changeMode, readModeState } from '@veogate/shared/db/mode-repo';
import { type Mode, modeMeanings, modes } from '@veogate/shared/domain/modes';
import { createEventSender } from '@veogate/shared/events/channel';
import { type Command, Problem, UsageError } from '../command.ts';
import { createRingFiles, type RingFiles } from '../ring-files.ts';
import { readDatabases } from '../settings.ts';
import { answered, isTerminal } from '../terminal.ts';

const LONGEST_REASON = 300;

export const modeCommand: Command = {
  summary: 'the off switch: shows it, or moves it',
  usage: `npm run ops -- mode
npm run ops -- mode ${modes.join('|')} [--reason <sentence>] [--yes]

${modes.map((mode) => `  ${mode.padEnd(9)} ${modeMeanings[mode]}`).join('\n')}

It needs the database alone: it works while the API is down, holds at once in every process, and across restarts.
lockdown says what it takes away and asks for the word, or for --yes where nobody sits there. The mode after it comes with
a new key ring, which this command makes where it can write to the files of the old one.`,
  async run(args, env) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { reason: { type: 'string' }, yes: { type: 'boolean' } },
    });
    const [wanted, ...rest] = positionals;
    const next = modes.find((mode) => mode === wanted);
    if (rest.length > 0 || (wanted !== undefined && !next))
      throw new UsageError(`The mode is one of ${modes.join(', ')}.`);
    const reason = values.reason?.trim().slice(0, LONGEST_REASON) || null;
    const { url, directUrl } = readDatabases(env);
    const db = openDatabase({ url, max: 2 });
    const events = createEventSender(directUrl);
    try {
      if (!next) process.stdout.write(await describe(db));
      else {
        const ring = createRingFiles(env);
        if (next === 'lockdown') await confirmLockdown(await measureLockdown(db), values.yes === true);
        process.stdout.write(await move(db, ring, next, reason));
        events.serviceChanged(next);
      }
      return 0;
    } finally {
      // Sends what is left to be told.
      await events.close();
      await db.$disconnect();
    }
  },
};

async function describe(db: Database): Promise<string> {
  const { mode, reason, changedAt, changedBy } = await readModeState(db);
  const who = changedBy === null ? '' : ` by ${changedBy.name ?? changedBy.id}`;
  const why = reason === null ? '' : `\nReason: ${reason}`;
  return `${mode}: ${modeMeanings[mode]}\nSince ${changedAt.toISOString()}${who}.${why}\n`;
}

async function move(db: Database, ring: RingFiles, mode: Mode, reason: string | null): Promise<string> {
  const before = await readModeState(db);
  const leaves = before.mode === 'lockdown' && mode !== 'lockdown';
  const hasNewRing = leaves && (await ring.renew(before.lostRings));
  const ringIds = mode === 'lockdown' ? await ring.ids() : [];
  const changed = await db.$transaction((tx) =>
    changeMode(tx, { mode, reason, by: null, hasNewRing, ringIds }),
  );
  if ('locked' in changed)
    throw new Problem('Somebody locked the service down at this moment. Look, then run it again.');
  if (!changed.lockedDown) return `The service is ${mode}: ${modeMeanings[mode]}\n`;
  const { lostRings } = await readModeState(db);
  return `${done(changed.lockedDown)}\n${await ring.destroy(lostRings)}\n`;
}

async function confirmLockdown(toll: LockdownToll, isSure: boolean): Promise<void> {
  process.stdout.write(`${ahead(toll)}\n`);
  if (isSure) return;
  if (!isTerminal()) throw new Problem('Nothing was done. Say --yes where nobody sits there to be asked.');
  const word = await answered(askText({ message: 'Write lockdown to do it. It cannot be undone.' }));
  if (word.trim() !== 'lockdown') throw new Problem('Nothing was done.');
}

function ahead({ sessions, tokens, keys, webhooks, waiting, abandoned, mails }: LockdownToll): string {
  return [
    `It ends ${sessions} sessions and ${tokens} tokens, and erases ${keys} keys and the secrets of ${webhooks} webhooks.`,
    `${waiting} generations that wait are canceled, at no cost.`,
    `${abandoned} that are paid for are collected only if the same key is entered again in time.`,
    `${mails} people are told by mail to withdraw their keys.`,
  ].join('\n');
}

function done({ sessions, tokens, keys, mails }: LockdownToll): string {
  return `The service is in lockdown. ${sessions} sessions and ${tokens} tokens were revoked, ${keys} keys were erased; a worker sends ${mails} mails.`;
}
