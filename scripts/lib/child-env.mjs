// @ts-check
import { pathToFileURL } from 'node:url';

/** What only one of the programs may know. Each name stands for its `…_FILE` form too. */
const WORKER_ONLY = ['VAULT_PRIVATE_KEYS', 'FINGERPRINT_KEY'];
const API_ONLY = [
  'OWNER_TOKEN',
  'TEAM_PASSWORD_HASH',
  'OAUTH_GOOGLE_CLIENT_SECRET',
  'OAUTH_GITHUB_CLIENT_SECRET',
  'OAUTH_OIDC_CLIENT_SECRET',
  'TLS_KEY',
  'CLAIM_CODE',
];
/** What `npm run demo` comes in with; it is nobody else's. */
const NOBODYS = ['VEOGATE_TOKEN'];
/** The simulator plays a company elsewhere: it gets what a Node program needs, and nothing of ours. */
const SIMULATOR_MAY = /^(PATH|HOME|TMPDIR|TZ|LANG|LC_.*|NODE_.*|LOG_LEVEL|SIMULATOR_.*)$/;

/**
 * The environment of each program: what the user set, less what it must not know, plus what it needs.
 * @param {object} known
 * @param {import('./settings.mjs').Settings} known.settings
 * @param {import('./data-dir.mjs').DataPaths} known.paths
 * @param {import('./secrets.mjs').Secrets} known.secrets
 * @param {string} known.databaseUrl
 * @param {string | undefined} known.simulatorUrl
 */
export function childEnvs({ settings, paths, secrets, databaseUrl, simulatorUrl }) {
  // Read here already, and given to the programs as a value.
  const { DATABASE_URL_FILE: _read, ...env } = settings.env;
  const common = {
    ...env,
    DATA_DIR: paths.root,
    DATABASE_URL: databaseUrl,
    STORAGE_URL: env['STORAGE_URL'] || pathToFileURL(paths.storage).href,
    VAULT_PUBLIC_KEYS_FILE: env['VAULT_PUBLIC_KEYS_FILE'] || secrets.publicRing,
    LOG_LEVEL: env['LOG_LEVEL'] || 'info',
    ACCESS_PROFILE: settings.profile,
    ...(simulatorUrl && { SIMULATOR_URL: simulatorUrl }),
    // What is made up would be no answer to a profile that must know it.
    ...((settings.isLocal || settings.isPublicUrlSet) && { PUBLIC_URL: settings.publicUrl }),
  };
  return {
    api: without([...WORKER_ONLY, ...NOBODYS], {
      ...common,
      HOST: settings.host,
      PORT: String(settings.port),
      ...(secrets.ownerToken && { OWNER_TOKEN_FILE: paths.ownerToken }),
      ...(secrets.claimCodeFile && { CLAIM_CODE_FILE: secrets.claimCodeFile }),
    }),
    worker: without([...API_ONLY, ...NOBODYS], {
      ...common,
      VAULT_PRIVATE_KEYS_FILE: env['VAULT_PRIVATE_KEYS_FILE'] || secrets.privateRing,
      FINGERPRINT_KEY_FILE: env['FINGERPRINT_KEY_FILE'] || secrets.fingerprintKey,
    }),
  };
}

/**
 * @param {import('./settings.mjs').Settings} settings
 * @param {import('./data-dir.mjs').DataPaths} paths
 * @param {number} port 0 for any free one
 * @returns {NodeJS.ProcessEnv}
 */
export function simulatorEnv({ env }, paths, port) {
  const allowed = Object.entries(env).filter(([name]) => SIMULATOR_MAY.test(name));
  return {
    ...Object.fromEntries(allowed),
    SIMULATOR_PORT: String(port),
    SIMULATOR_STATE_FILE: paths.simulatorState,
  };
}

/** @param {string[]} names @param {NodeJS.ProcessEnv} env @returns {NodeJS.ProcessEnv} */
function without(names, env) {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !names.includes(name.replace(/_FILE$/, ''))),
  );
}
