// @ts-check
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { refuseSettings } from './check-settings.mjs';
import { startChild, untilLine, untilReady } from './child.mjs';
import { childEnvs, simulatorEnv } from './child-env.mjs';
import { addDemoKey } from './demo-key.mjs';
import { writePrivate } from './files.mjs';
import { hasAdmin } from './first-admin.mjs';
import { openLog, rotate } from './log-file.mjs';
import { BUILT } from './paths.mjs';
import { Problem } from './problem.mjs';
import { say } from './say.mjs';
import { preparePasswords, prepareSecrets } from './secrets.mjs';
import { secretFrom } from './settings.mjs';

const DATABASE = 'veogate';
/** A little more than each takes for an orderly end; the worker gets most of it, to end what it is paying for. */
const GRACE_MS = { api: 12_000, worker: 28_000, simulator: 2_000 };

/**
 * @typedef {object} Start
 * @property {import('./settings.mjs').Settings} settings
 * @property {import('./data-dir.mjs').DataPaths} paths
 * @property {ReturnType<typeof import('./supervisor.mjs').createSupervisor>} supervisor
 */

/**
 * Starts the database, the simulator, the API and the worker, in this order, and waits for each to be ready.
 * @param {Start} start
 * @returns {Promise<{ launchUrl?: string, claim?: string }>} `launchUrl`: what to open in profile `local`. `claim`:
 * where there is no administrator yet, the code that makes one, or the file that holds it
 */
export async function startEverything(start) {
  const { settings, paths } = start;
  const secrets = await prepareSecrets(paths, settings);
  // Before anything is started, so that mistakes are told at once.
  const sample = settings.databaseUrl ?? 'postgres://embedded';
  await refuseSettings(childEnvs({ settings, paths, secrets, databaseUrl: sample, simulatorUrl: undefined }));
  const [databaseUrl, simulatorUrl] = await Promise.all([startDatabase(start), startSimulator(start)]);
  const envs = childEnvs({ settings, paths, secrets, databaseUrl, simulatorUrl });
  say('Starting the API and the worker …');
  await Promise.all([startApi(start, envs.api), startWorker(start, envs.worker)]);
  const { ownerToken } = secrets;
  if (!ownerToken) return (await hasAdmin(databaseUrl)) ? {} : claimOf(settings.env, secrets);
  if (simulatorUrl) await addDemoKey({ url: settings.probeUrl, token: ownerToken, stateFile: paths.state });
  return { launchUrl: `${settings.publicUrl}/launch#token=${ownerToken}` };
}

/** A code that was made here is shown; one that was set is known. @param {NodeJS.ProcessEnv} env @param {import('./secrets.mjs').Secrets} secrets */
function claimOf(env, { claimCodeFile }) {
  if (claimCodeFile) return { claim: readFileSync(claimCodeFile, 'utf8').trim() };
  return { claim: env['CLAIM_CODE_FILE'] ? `what stands in ${env['CLAIM_CODE_FILE']}` : 'your CLAIM_CODE' };
}

/** @param {Start} start @returns {Promise<string>} the address that the application gets */
async function startDatabase({ settings, paths, supervisor }) {
  if (settings.databaseUrl) {
    say('Preparing your database …');
    await migrate({ url: secretFrom(settings.env, 'DATABASE_DIRECT_URL') ?? settings.databaseUrl });
    return settings.databaseUrl;
  }
  say('Starting the database …');
  const { startPostgres, ensureDatabase } = await import('./postgres.mjs');
  const passwords = preparePasswords(paths);
  const logFile = path.join(paths.logs, 'postgres.log');
  rotate(logFile);
  /** @type {number | undefined} */
  let port;
  const server = await supervisor.add('database', () =>
    startPostgres({
      dir: paths.postgres,
      password: passwords.owner,
      logFile,
      onNews: say,
      ...(port && { port }),
    }),
  );
  port = server.port; // the others know this one: a restart must come back there
  await ensureDatabase(server, DATABASE);
  const appUser = { name: 'veogate', password: passwords.app };
  await migrate({ url: server.ownerUrl(DATABASE), appUser });
  return server.urlFor(appUser, DATABASE);
}

/** @param {{ url: string, appUser?: { name: string, password: string } }} options */
async function migrate(options) {
  const module = await import(pathToFileURL(BUILT.migrate).href);
  try {
    await module.migrate(options);
  } catch (error) {
    // Without the address: it holds a password.
    throw new Problem(
      `The database could not be brought up to date: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** @param {Start} start @returns {Promise<string | undefined>} its address */
async function startSimulator({ settings, paths, supervisor }) {
  if (settings.env['NO_SIMULATOR'] === '1') return undefined;
  const logFile = path.join(paths.logs, 'simulator.log');
  const log = openLog(logFile);
  let url = '';
  await supervisor.add('simulator', async (signal) => {
    const port = url === '' ? 0 : Number(new URL(url).port);
    const child = startChild({ file: BUILT.simulator, env: simulatorEnv(settings, paths, port), log });
    const isListening = untilLine(child, (line) => listeningUrl(line));
    url = await untilReady({ name: 'simulator', child, logFile, signal }, () => isListening);
    return { ...child, stop: () => child.stop(GRACE_MS.simulator) };
  });
  writePrivate(paths.simulatorUrl, `${url}\n`);
  return url;
}

/** @param {Start} start @param {NodeJS.ProcessEnv} env */
async function startApi({ paths, supervisor }, env) {
  const logFile = path.join(paths.logs, 'api.log');
  const log = openLog(logFile);
  await supervisor.add('API', async (signal) => {
    const child = startChild({ file: BUILT.api, env, log });
    await untilReady({ name: 'API', child, logFile, signal }, () => child.ready);
    return { ...child, stop: () => child.stop(GRACE_MS.api) };
  });
}

/** @param {Start} start @param {NodeJS.ProcessEnv} env */
async function startWorker({ paths, supervisor }, env) {
  const logFile = path.join(paths.logs, 'worker.log');
  const log = openLog(logFile);
  await supervisor.add('worker', async (signal) => {
    const child = startChild({ file: BUILT.worker, env, log });
    await untilReady({ name: 'worker', child, logFile, signal }, () => child.ready);
    return { ...child, stop: () => child.stop(GRACE_MS.worker) };
  });
}

/** @param {string} line @returns {string | undefined} */
function listeningUrl(line) {
  try {
    const { event, url } = JSON.parse(line);
    return event === 'listening' && typeof url === 'string' ? url : undefined;
  } catch {
    return undefined;
  }
}
