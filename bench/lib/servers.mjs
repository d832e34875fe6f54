// @ts-check
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { BUILT } from '../../scripts/lib/paths.mjs';
import { freePort } from '../../scripts/lib/ports.mjs';
import { ensureDatabase, sharedTempDir, startPostgres } from '../../scripts/lib/postgres.mjs';
import { startRedis } from '../../scripts/lib/redis.mjs';
import { makeServiceSecrets } from '../../scripts/lib/service-secrets.mjs';
import { findTestPrograms } from '../../scripts/lib/test-programs.mjs';

/** @typedef {{ url: string, stop: () => Promise<void> }} Running */
/** @typedef {Awaited<ReturnType<typeof startDatabase>>} Installation */
/**
 * @typedef {object} Service
 * @property {Installation} database
 * @property {Awaited<ReturnType<typeof startSimulator>>} simulator
 * @property {Awaited<ReturnType<typeof startApi>>} api
 * @property {Awaited<ReturnType<typeof startWorker>>} worker
 */

const MANY = '1000000000';

/**
 * A migrated database on a server of its own, and the folder and secrets of an installation.
 */
export async function startDatabase() {
  const folder = mkdtempSync(path.join(sharedTempDir(), 'veogate-bench-'));
  const server = await startPostgres({
    dir: path.join(folder, 'postgres'),
    logFile: path.join(folder, 'postgres.log'),
    password: randomBytes(12).toString('hex'),
    durable: false,
  });
  const appUser = { name: 'veogate', password: randomBytes(12).toString('hex') };
  await ensureDatabase(server, 'bench');
  const { migrate } = await import(pathToFileURL(BUILT.migrate).href);
  await migrate({ url: server.ownerUrl('bench'), appUser });
  return {
    url: server.urlFor(appUser, 'bench'),
    ownerUrl: server.ownerUrl('bench'),
    folder,
    secrets: await makeServiceSecrets(folder),
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Measures on each queue backend, the one on Redis where this machine has it.
 * @param {string | undefined} only one of the two, or both
 * @param {(name: string, env: Record<string, string>) => Promise<void>} measureOn takes what services are to be given
 */
export async function onEachQueue(only, measureOn) {
  const { redis: program } = await findTestPrograms();
  if (only !== 'redis') await measureOn('postgres', {});
  if (only === 'postgres') return;
  if (!program) return console.log('redis: there is no redis-server on this machine');
  const redis = await startRedis(program);
  await measureOn('redis', { REDIS_URL: redis.url }).finally(() => redis.stop());
}

/**
 * The API as it is served, in a process of its own, with every limit counted and none reached.
 * @param {Installation} installation
 * @param {Record<string, string>} [env]
 * @returns {Promise<Running & { pid: number, port: number }>}
 */
export async function startApi(installation, env = {}) {
  const port = await freePort();
  const running = start([BUILT.api], {
    ...common(installation),
    VAULT_PUBLIC_KEYS_FILE: installation.secrets.publicRing,
    OWNER_TOKEN_FILE: installation.secrets.ownerToken,
    PORT: String(port),
    LIMIT_ANONYMOUS: MANY,
    LIMIT_USER: MANY,
    LIMIT_ADDRESS: MANY,
    ...env,
  });
  const url = `http://127.0.0.1:${port}`;
  await running.ready();
  return { url, port, pid: running.pid, stop: running.stop };
}

/**
 * One worker, once it is ready.
 * @param {Installation} installation
 * @param {{ genaiproUrl: string, env?: Record<string, string>, preload?: string[] }} options `preload`: files that are
 *   loaded into it first
 */
export async function startWorker(installation, { genaiproUrl, env = {}, preload = [] }) {
  const running = start([...preload.flatMap((file) => ['--import', file]), BUILT.worker], {
    ...common(installation),
    VAULT_PRIVATE_KEYS_FILE: installation.secrets.privateRing,
    FINGERPRINT_KEY_FILE: installation.secrets.fingerprint,
    GENAIPRO_BASE_URL: genaiproUrl,
    ...env,
  });
  await running.ready();
  return running;
}

/**
 * The simulator in a process of its own, with tiny videos and no limits.
 * @param {{ latencyMs: number }} options
 */
export async function startSimulator({ latencyMs }) {
  const flags = ['--video-size', 'tiny', '--rate-limit', 'Infinity', '--latency-ms', String(latencyMs)];
  const running = start([BUILT.simulator, ...flags], {}, 'pipe');
  if (!running.child.stdout) throw new Error('The simulator has no output.');
  const [line] = await once(running.child.stdout, 'data');
  const { url, genaiproUrl } = /** @type {{ url: string, genaiproUrl: string }} */ (JSON.parse(String(line)));
  return {
    genaiproUrl,
    /** Every submit that it accepted. @returns {Promise<{ prompt: string, at: Date }[]>} */
    async accepted() {
      const response = await fetch(`${url}/_simulator/ledger`);
      const { entries } = /** @type {{ entries: { prompt: string, acceptedAt: string }[] }} */ (
        await response.json()
      );
      return entries.map(({ prompt, acceptedAt }) => ({ prompt, at: new Date(acceptedAt) }));
    },
    stop: running.stop,
  };
}

/**
 * Hands the whole service to `use`, with the simulator as its provider, and stops it afterwards.
 * @param {{ env: Record<string, string>, latencyMs: number, workerEnv?: Record<string, string> }} options
 * @param {(service: Service) => Promise<void>} use
 */
export async function withService({ env, latencyMs, workerEnv = {} }, use) {
  const database = await startDatabase();
  const simulator = await startSimulator({ latencyMs });
  const api = await startApi(database, env);
  const worker = await startWorker(database, {
    genaiproUrl: simulator.genaiproUrl,
    env: { ...env, ...workerEnv },
  });
  try {
    await use({ database, simulator, api, worker });
  } finally {
    await worker.stop();
    await api.stop();
    await simulator.stop();
    await database.stop();
  }
}

/**
 * What the API is compared with.
 * @param {string} databaseUrl
 * @param {string} file of this folder
 * @param {object} values what it needs to know
 * @returns {Promise<Running>}
 */
export async function startBaseline(databaseUrl, file, values) {
  const port = await freePort();
  const running = start([path.join(import.meta.dirname, file)], {
    DATABASE_URL: databaseUrl,
    PORT: String(port),
    VALUES: JSON.stringify(values),
  });
  await running.ready();
  return { url: `http://127.0.0.1:${port}`, stop: running.stop };
}

/** @param {Installation} installation */
function common({ url, folder }) {
  return {
    DATABASE_URL: url,
    STORAGE_URL: pathToFileURL(path.join(folder, 'storage')).href,
    DATA_DIR: folder,
    LOG_LEVEL: 'warn',
  };
}

/** @param {string[]} args @param {Record<string, string>} env @param {'inherit' | 'pipe'} [stdout] */
function start(args, env, stdout = 'inherit') {
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...env },
    stdio: ['ignore', stdout, 'inherit', 'ipc'],
  });
  return {
    child,
    pid: child.pid ?? 0,
    /** Waits until it says that it is ready; throws where it ends instead. */
    ready: async () => {
      const ended = once(child, 'exit').then(([code]) => {
        throw new Error(`${args.join(' ')} ended with ${code}.`);
      });
      await Promise.race([once(child, 'message'), ended]);
      ended.catch(() => {}); // at its end
    },
    stop: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}
