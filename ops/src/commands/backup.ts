import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { dumpDatabase } from '@veogate/shared/db/dump';
import { openDiskStore } from '@veogate/shared/storage/disk';
import { copyFiles, findAbsent } from '../backup/copy-files.ts';
import { FILES, FORMAT, MANIFEST, type Manifest, RING, TABLES } from '../backup/manifest.ts';
import { newPassphrase } from '../backup/passphrase.ts';
import { sealRing } from '../backup/ring-archive.ts';
import { readBackupSettings } from '../backup/settings.ts';
import { type Command, UsageError } from '../command.ts';

export const backup: Command = {
  summary: 'writes database and files into a folder, and the key ring under a passphrase',
  usage: `npm run ops -- backup <folder> [--passphrase-file <file>] [--no-ring]

Safe while the service runs: the tables are written as of one moment. Files are shared by all backups of a folder, so that
each copies what is new alone. The key ring goes into ring.age (age, by passphrase): without it the saved keys of a backup
open nothing, and with both whoever has them opens every key, so keep the passphrase elsewhere. --no-ring leaves it out.
Keys that last for a session are left out in any case.`,
  async run(args, env) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { 'passphrase-file': { type: 'string' }, 'no-ring': { type: 'boolean' } },
    });
    const [folder, ...more] = positionals;
    if (!folder || more.length > 0) throw new UsageError('Name one folder.');
    const target = resolve(env['INIT_CWD'] ?? '', folder);
    const settings = readBackupSettings(env);
    const ring = values['no-ring'] ? null : settings.ring();
    const passphraseFile =
      values['passphrase-file'] && resolve(env['INIT_CWD'] ?? '', values['passphrase-file']);
    const passphrase = ring && (await newPassphrase(passphraseFile || undefined));

    const draft = join(target, `.draft-${process.pid}`);
    await mkdir(target, { recursive: true, mode: 0o700 });
    try {
      const dump = await dumpDatabase(settings.databaseUrl, join(draft, TABLES));
      const from = openDiskStore(settings.storageUrl, { isNew: async () => false });
      const to = openDiskStore(pathToFileURL(join(target, FILES)).href, { isNew: async () => true });
      // What was deleted since the tables were read, or gone before, is missing.
      const { copied, missing } = await copyFiles(await findAbsent(dump.files, to), { from, to });
      if (ring && passphrase)
        await writeFile(join(draft, RING), await sealRing(ring, passphrase), { mode: 0o600 });
      const manifest: Manifest = { format: FORMAT, dump, missingFiles: missing, hasRing: ring !== null };
      // Last of all: what has none is no backup.
      await writeFile(join(draft, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
      const name = dump.at.replaceAll(':', '-');
      await rename(draft, join(target, name));
      process.stdout.write(
        `Wrote ${join(target, name)}: ${dump.tables.length} tables, ${dump.files.length} files, of which ${copied} are new${
          missing > 0 ? `; ${missing} were not in the storage` : ''
        }.\n`,
      );
      return 0;
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      throw error;
    }
  },
};
