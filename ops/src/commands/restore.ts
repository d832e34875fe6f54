import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { type Database, openDatabase } from '@veogate/shared/db/client';
import { checkDump, emptyDatabase, loadDump } from '@veogate/shared/db/dump';
import {
  ERASURE_JOURNAL,
  type Erasure,
  replayErasure,
  settleRestored,
} from '@veogate/shared/db/erasure-repo';
import { listStoredFiles } from '@veogate/shared/db/file-repo';
import { migrate, readMigrations } from '@veogate/shared/db/migrate';
import { readModeState } from '@veogate/shared/db/mode-repo';
import { rewindUsage } from '@veogate/shared/db/usage-repo';
import { openDiskStore } from '@veogate/shared/storage/disk';
import { copyFiles } from '../backup/copy-files.ts';
import { FILES, listBackups, type Manifest, RING, readManifest, TABLES } from '../backup/manifest.ts';
import { knownPassphrase } from '../backup/passphrase.ts';
import { openArchive, restoreRing } from '../backup/ring-archive.ts';
import { readBackupSettings } from '../backup/settings.ts';
import { type Command, Problem, UsageError } from '../command.ts';

/** A transaction for so many at once. */
const BATCH = 200;

export const restore: Command = {
  summary: 'puts a backup into an empty place, and takes away again what was erased since',
  usage: `npm run ops -- restore <folder> [--passphrase-file <file>] [--no-ring] [--replace]
       [--erasures <file> | --no-erasures]

<folder> is a backup, or a folder of backups, of which it takes the last. Stop the services first. The database must hold
nobody's work yet, unless --replace says that what is there may go.

What was taken away after the backup was made (keys, tokens, accounts, generations) stays away: the worker keeps a journal
of it beside the database, in DATA_DIR/erasures.jsonl; --erasures names another place, --no-erasures says that there is
none any more, and that what was taken away may come back. What waited when the backup was made
may have been submitted since: its outcome is unknown, and no machine submits it. The service begins closed: look around,
then npm run ops -- mode open. Run migrate after it, or npm start, which does so by itself.`,
  async run(args, env) {
    const text = { type: 'string' } as const;
    const flag = { type: 'boolean' } as const;
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        ...{ 'passphrase-file': text, erasures: text },
        ...{ 'no-ring': flag, 'no-erasures': flag, replace: flag },
      },
    });
    const [folder, ...more] = positionals;
    if (!folder || more.length > 0) throw new UsageError('Name one backup, or a folder of backups.');
    const here = env['INIT_CWD'] ?? '';
    const settings = readBackupSettings(env);
    const from = await findBackup(resolve(here, folder));
    const manifest = await readManifest(from);
    const withRing = manifest.hasRing && !values['no-ring'];
    const ring = withRing ? settings.ring() : null;
    // Before anything is touched.
    const archive =
      ring &&
      (await openArchive(
        await readFile(join(from, RING)),
        await knownPassphrase(toPath(here, values['passphrase-file'])),
      ));
    const erasures = values['no-erasures']
      ? []
      : await readErasures(toPath(here, values.erasures) ?? join(settings.dataDir, ERASURE_JOURNAL));
    await checkMigrations(manifest);
    await checkDump(manifest.dump, join(from, TABLES));
    if (!values.replace) await checkEmpty(settings.databaseUrl);

    await emptyDatabase(settings.databaseUrl);
    await migrate({ url: settings.databaseUrl, only: manifest.dump.migrations });
    const lastTicket = erasures.reduce(
      (most, { ticket }) => (BigInt(ticket) > most ? BigInt(ticket) : most),
      0n,
    );
    await loadDump(settings.databaseUrl, manifest.dump, join(from, TABLES), lastTicket);
    await migrate({ url: settings.databaseUrl });

    const db = openDatabase({ url: settings.databaseUrl, max: 2 });
    try {
      const since = erasures.filter(({ ticket }) => BigInt(ticket) >= BigInt(manifest.dump.ticket));
      await replay(db, since);
      const { unknown } = await settleRestored(db, new Date(manifest.dump.at));
      await rewindUsage(db);
      const files = await restoreFiles(db, join(from, '..', FILES), settings.storageUrl);
      if (ring && archive) await restoreRing(ring, { archive, lost: (await readModeState(db)).lostRings });
      process.stdout.write(
        [
          `Restored what was there on ${manifest.dump.at}, from ${basename(from)}.`,
          `${since.length} erasures since then hold again. ${files.copied} files are back${files.missing > 0 ? `, ${files.missing} are not in the backup` : ''}.`,
          ...(unknown > 0
            ? [
                `${unknown} generations that waited then may have been submitted since: their outcome is unknown.`,
              ]
            : []),
          ...(withRing
            ? []
            : ['The key ring was left out: put its files back, or no saved key can be used.']),
          'The service is closed. Start it, look around, then: npm run ops -- mode open',
          '',
        ].join('\n'),
      );
      return 0;
    } finally {
      await db.$disconnect();
    }
  },
};

const toPath = (here: string, file: string | undefined) =>
  file === undefined ? undefined : resolve(here, file);

/** The backup itself, or the last one of a folder. */
async function findBackup(folder: string): Promise<string> {
  const last = (await listBackups(folder)).at(-1);
  return last === undefined ? folder : join(folder, last);
}

/** What a later version wrote, this one cannot read. */
async function checkMigrations({ dump }: Manifest): Promise<void> {
  const { migrationDirectories } = await readMigrations();
  const known = new Set(migrationDirectories.map(({ path }) => path));
  const unknown = dump.migrations.filter((name) => !known.has(name));
  if (unknown.length > 0)
    throw new Problem(
      `The backup is of a later version, which knows ${unknown.join(', ')}. Update Veogate first.`,
    );
}

async function checkEmpty(url: string): Promise<void> {
  const db = openDatabase({ url, max: 1 });
  try {
    const hasWork = (await db.generation.count()) > 0 || (await db.user.count()) > 1;
    if (hasWork)
      throw new Problem(
        'There is somebody’s work in the database. Restore into an empty one, or say --replace.',
      );
  } catch (error) {
    if (error instanceof Problem) throw error;
    // Not migrated yet: there is nothing.
  } finally {
    await db.$disconnect();
  }
}

async function readErasures(file: string): Promise<Erasure[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new Problem(
      `The journal of what was taken away since the backup cannot be read (${String(error)}). Name it with --erasures, or say --no-erasures: then what was retired or deleted since comes back.`,
    );
  });
  return text.split('\n').flatMap((line) => {
    try {
      // Written by the worker alone; a line that broke off is none.
      return line === '' ? [] : [JSON.parse(line) as Erasure];
    } catch {
      return [];
    }
  });
}

async function replay(db: Database, erasures: readonly Erasure[]): Promise<void> {
  for (let at = 0; at < erasures.length; at += BATCH) {
    await db.$transaction(
      async (tx) => {
        for (const erasure of erasures.slice(at, at + BATCH)) await replayErasure(tx, erasure);
      },
      { timeout: 60_000 },
    );
  }
}

/** Only what is still spoken of: a file that was erased since does not come back. */
async function restoreFiles(db: Database, folder: string, storageUrl: string) {
  const from = openDiskStore(pathToFileURL(resolve(folder)).href, { isNew: async () => true });
  const to = openDiskStore(storageUrl, { isNew: async () => true });
  return copyFiles(await listStoredFiles(db), { from, to });
}
