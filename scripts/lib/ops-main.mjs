// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import { dataPaths } from './data-dir.mjs';
import { openOwnDatabase } from './ops-database.mjs';
import { BUILT } from './paths.mjs';
import { printProblem } from './problem.mjs';
import { liveRun } from './run-file.mjs';
import { runInside } from './run-inside.mjs';
import { fingerprintKeyOf, ringFilesOf } from './secrets.mjs';
import { envFileOf, readSettings } from './settings.mjs';
import { ensureReady } from './setup.mjs';

/** These look into the database; the others work without one. */
const ASKS_DATABASE = [
  'doctor',
  'invite',
  'user',
  'mode',
  'audit',
  'seed-demo',
  'migrate',
  'backup',
  'restore',
  'drill',
];
/** These do what only the role that owns the tables may do. */
const AS_OWNER = ['migrate', 'backup', 'restore', 'drill'];

/** Runs an operator's command with the settings that `npm start` has. Ends the process with the command's exit code. */
export async function main() {
  let code = 1;
  /** @type {() => Promise<void>} */
  let close = async () => {};
  try {
    const args = process.argv.slice(2);
    const settings = readSettings();
    const paths = dataPaths(settings.dataDir);
    await ensureReady();
    let databaseUrl = settings.databaseUrl;
    if (!databaseUrl && ASKS_DATABASE.includes(args[0] ?? '') && !isHelp(args)) {
      const own = await openOwnDatabase(paths, { asOwner: AS_OWNER.includes(args[0] ?? '') });
      databaseUrl = own?.url;
      if (own) close = own.close;
    }
    const env = opsEnv(settings, paths, databaseUrl);
    code = await runInside(['--enable-source-maps', BUILT.ops, ...args], env);
  } catch (error) {
    printProblem(error);
  }
  await close().catch(printProblem);
  process.exit(code);
}

/**
 * @param {import('./settings.mjs').Settings} settings
 * @param {import('./data-dir.mjs').DataPaths} paths
 * @param {string | undefined} databaseUrl
 * @returns {NodeJS.ProcessEnv}
 */
function opsEnv({ env, host, port, profile, publicUrl, isPublicUrlSet }, paths, databaseUrl) {
  const { DATABASE_URL_FILE: _read, ...rest } = env;
  // What `npm start` makes by itself is there for the judgement too.
  const claimCode = env['CLAIM_CODE'] || env['CLAIM_CODE_FILE'] ? {} : { CLAIM_CODE_FILE: paths.claimCode };
  const ring = ringFilesOf(paths);
  return {
    ...rest,
    ...(profile !== 'local' && existsSync(paths.claimCode) && claimCode),
    ...(process.env['INIT_CWD'] && { INIT_CWD: process.env['INIT_CWD'] }),
    ...(databaseUrl && { DATABASE_URL: databaseUrl }),
    ...((profile === 'local' || isPublicUrlSet) && { PUBLIC_URL: publicUrl }),
    ACCESS_PROFILE: profile,
    HOST: host,
    PORT: String(port),
    DATA_DIR: paths.root,
    // Seals of the audit log are checked with it.
    ...(!env['FINGERPRINT_KEY_FILE'] &&
      existsSync(fingerprintKeyOf(paths)) && { FINGERPRINT_KEY_FILE: fingerprintKeyOf(paths) }),
    // A lockdown destroys the ring, and what comes after it makes a new one.
    ...(!env['VAULT_PUBLIC_KEYS_FILE'] &&
      existsSync(ring.publicRing) && {
        VAULT_PUBLIC_KEYS_FILE: ring.publicRing,
        VAULT_PRIVATE_KEYS_FILE: ring.privateRing,
      }),
    // The fire drill uses the simulator that runs beside the service.
    ...(!env['SIMULATOR_URL'] && liveRun(paths.runFile) && readSimulatorUrl(paths)),
    ENV_FILE: envFileOf(process.env),
  };
}

/** @param {string[]} args */
const isHelp = (args) => args.some((arg) => arg === '--help' || arg === '-h');

/** @param {import('./data-dir.mjs').DataPaths} paths */
function readSimulatorUrl({ simulatorUrl }) {
  return existsSync(simulatorUrl) ? { SIMULATOR_URL: readFileSync(simulatorUrl, 'utf8').trim() } : {};
}
