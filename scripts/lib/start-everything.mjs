// @ts-check
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { startChild, untilHttp, untilLine, untilReady } from './child.mjs';
import { childEnvs, simulatorEnv } from './child-env.mjs';
import { addDemoKey } from './demo-key.mjs';
import { openLog, rotate } from './log-file.mjs';
import { BUILT } from './paths.mjs';
import { Problem } from './problem.mjs';
import { say } from './say.mjs';
import { preparePasswords, prepareSecrets } from './secrets.mjs';
import { secretFrom } from './settings.mjs';

const DATABASE = 'veogate';
/** Everything must be down within 30 s; the worker gets most of it, to end what it is paying for. */
const GRACE_MS = { api: 4_000, worker: 18_000, simulator: 2_000 };

/**
 * @typedef {object} Start
 * @property {import('./settings.mjs').Settings} settings
 * @property {import('./data-dir.mjs').DataPaths} paths
 * @property {ReturnType<typeof import('./supervisor.mjs').createSupervisor>} supervisor
 */

/**
 * Starts the database, the simulator, the API and the worker, in this order, and waits for each to be ready.
 * @param {Start} start
 */
export async function startEverything(start) {
  const { settings, paths } = start;
  const secrets = await prepareSecrets(paths);
  const [databaseUrl, simulatorUrl] = await Promise.all([startDatabase(start), startSimulator(start)]);
  const envs = childEnvs({ settings, paths, secrets, databaseUrl, simulatorUrl });
  say('Starting the API and the worker …');
  await Promise.all([startApi(start, envs.api), startWorker(start, envs.worker)]);
  if (settings.profile !== 'local') return { launchUrl: settings.publicUrl };
  if (simulatorUrl)
    await addDemoKey({ url: settings.probeUrl, token: secrets.ownerToken, stateFile: paths.state });
  return { launchUrl: `${settings.publicUrl}/launch#token=${secrets.ownerToken}` };
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
  return url;
}

/** @param {Start} start @param {NodeJS.ProcessEnv} env */
async function startApi({ settings, paths, supervisor }, env) {
  const logFile = path.join(paths.logs, 'api.log');
  const log = openLog(logFile);
  await supervisor.add('API', async (signal) => {
    const child = startChild({ file: BUILT.api, env, log });
    await untilReady({ name: 'API', child, logFile, signal }, (over) =>
      untilHttp(`${settings.probeUrl}/readyz`, over),
    );
    return { ...child, stop: () => child.stop(GRACE_MS.api) };
  });
}

/** @param {Start} start @param {NodeJS.ProcessEnv} env */
async function startWorker({ paths, supervisor }, env) {
  const logFile = path.join(paths.logs, 'worker.log');
  const log = openLog(logFile);
  await supervisor.add('worker', async (signal) => {
    const child = startChild({ file: BUILT.worker, env, log });
    const isReady = untilLine(child, (line) => (/"msg":\s*"worker ready"/.test(line) ? true : undefined));
    await untilReady({ name: 'worker', child, logFile, signal }, () => isReady);
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
