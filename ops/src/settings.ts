import { resolve } from 'node:path';
import { accessEnv, serviceEnv, storesEnv } from '@veogate/shared/config/fragments';
import { readNetworks } from '@veogate/shared/config/networks';
import { readEnv } from '@veogate/shared/config/read-env';
import { Type } from 'typebox';
import { Problem } from './command.ts';

const { DATABASE_URL, DATABASE_DIRECT_URL, REDIS_URL, DATA_DIR } = storesEnv;

const judged = Type.Object({
  ...accessEnv,
  REDIS_URL,
  DATA_DIR,
  RETENTION_HOURS: serviceEnv.RETENTION_HOURS,
  DATABASE_URL: Type.Optional(DATABASE_URL),
});

/** What the judgement of the service needs of the settings. Throws a ConfigError with what is wrong. */
export function readJudged(env: NodeJS.ProcessEnv) {
  const settings = readEnv(judged, env);
  const { TRUSTED_PROXIES, ALLOWED_NETWORKS } = settings;
  readNetworks({ TRUSTED_PROXIES, ALLOWED_NETWORKS });
  return settings;
}

/** Where everything of an installation stands. Absolute. */
export function readDataDir(env: NodeJS.ProcessEnv): string {
  return resolve(readEnv(Type.Object({ DATA_DIR }), env).DATA_DIR);
}

const databases = Type.Object({ DATABASE_URL: Type.Optional(DATABASE_URL), DATABASE_DIRECT_URL });

/** The database, and its address past any pooler. */
export function readDatabases(env: NodeJS.ProcessEnv): { url: string; directUrl: string } {
  const { DATABASE_URL: url, DATABASE_DIRECT_URL: directUrl = url } = readEnv(databases, env);
  if (url && directUrl) return { url, directUrl };
  throw new Problem(
    'There is no database yet. Start Veogate once with npm start, or set DATABASE_URL to your own.',
  );
}

/** The files that the settings name and that hold secrets. What a container is handed is for it alone. */
export function secretFiles(env: NodeJS.ProcessEnv): string[] {
  return SECRETS.map((name) => env[`${name}_FILE`] ?? '').filter(
    (file) => file !== '' && !file.startsWith('/run/secrets/'),
  );
}

const SECRETS = [
  ...['DATABASE_URL', 'DATABASE_DIRECT_URL', 'REDIS_URL', 'SMTP_URL', 'TEAM_PASSWORD_HASH', 'CLAIM_CODE'],
  ...['GOOGLE', 'GITHUB', 'OIDC'].map((provider) => `OAUTH_${provider}_CLIENT_SECRET`),
  ...['OWNER_TOKEN', 'TLS_KEY', 'VAULT_PRIVATE_KEYS', 'FINGERPRINT_KEY'],
];
