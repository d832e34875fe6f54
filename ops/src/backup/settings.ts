import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { storesEnv } from '@veogate/shared/config/fragments';
import { readEnv } from '@veogate/shared/config/read-env';
import { Type } from 'typebox';
import { Problem } from '../command.ts';
import { readDatabases, readDataDir } from '../settings.ts';
import type { RingPaths } from './ring-archive.ts';

const path = Type.Optional(Type.String({ minLength: 1 }));
const backupEnv = Type.Object({
  STORAGE_URL: Type.Optional(storesEnv.STORAGE_URL),
  VAULT_PUBLIC_KEYS_FILE: path,
  VAULT_PRIVATE_KEYS_FILE: path,
  FINGERPRINT_KEY_FILE: path,
});

/** Where everything is that a backup holds. */
export function readBackupSettings(env: NodeJS.ProcessEnv) {
  const settings = readEnv(backupEnv, env);
  const dataDir = readDataDir(env);
  return {
    databaseUrl: readDatabases(env).directUrl,
    dataDir,
    storageUrl: settings.STORAGE_URL ?? pathToFileURL(join(dataDir, 'storage')).href,
    /** Throws a Problem where the settings do not name the files. */
    ring(): RingPaths {
      const { VAULT_PUBLIC_KEYS_FILE: publicFile, VAULT_PRIVATE_KEYS_FILE: privateFile } = settings;
      const { FINGERPRINT_KEY_FILE: fingerprintFile } = settings;
      if (publicFile && privateFile && fingerprintFile) return { publicFile, privateFile, fingerprintFile };
      throw new Problem(
        'The key ring is not within reach: set VAULT_PUBLIC_KEYS_FILE, VAULT_PRIVATE_KEYS_FILE and FINGERPRINT_KEY_FILE, or leave it out with --no-ring and keep it elsewhere.',
      );
    },
  };
}
