// @ts-check
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { track } from './live-processes.mjs';
import { freePort } from './ports.mjs';
import { postgresBinaries, runSql } from './postgres-binaries.mjs';
import {
  createCluster,
  hasCluster,
  readPostmaster,
  serverEnv,
  stopLeftover,
  stopPostmaster,
} from './postgres-cluster.mjs';
import { findServerUser, letEnter, sharedTempDir } from './postgres-user.mjs';
import { Problem } from './problem.mjs';

export { runSql, sharedTempDir };

/** The superuser, which owns every table; the application itself signs in as another role. */
export const OWNER = 'veogate_owner';
const READY_WITHIN_MS = 120_000;

/**
 * @typedef {object} PostgresOptions
 * @property {string} dir the database's folder; its parent folder must exist
 * @property {string} password of the owner role
 * @property {string} logFile
 * @property {number} [port] default: any free one
 * @property {boolean} [durable] false: faster, and a crash of the machine loses everything (for tests)
 * @property {(line: string) => void} [onNews] told in words what takes time
 *
 * @typedef {object} RunningPostgres
 * @property {number} port
 * @property {number} pid
 * @property {Promise<string>} exited resolves, with the reason in words, when the server ends for whatever reason
 * @property {(database?: string) => string} ownerUrl
 * @property {(role: { name: string, password: string }, database?: string) => string} urlFor
 * @property {() => Promise<void>} stop
 */

/**
 * Runs the embedded database server: makes it if there is none yet, ends a server that a killed run has left,
 * and answers when it accepts connections, on 127.0.0.1 only.
 * @param {PostgresOptions} options
 * @returns {Promise<RunningPostgres>}
 */
export async function startPostgres(options) {
  const { dir, password, durable = true, onNews = () => {} } = options;
  const { initdb, postgres, major } = await postgresBinaries();
  const user = findServerUser(dir);
  const parent = path.dirname(dir);
  letEnter(user, path.dirname(postgres), {
    what: 'its programs are',
    mend: 'Move this checkout to another folder, such as /opt',
  });
  letEnter(user, parent, {
    what: 'its data is',
    mend: 'Choose another one, such as DATA_DIR=/var/lib/veogate',
    own: parent,
  });
  if (!hasCluster(dir, major)) {
    onNews('Making a new database …');
    await createCluster({ initdb, dir, owner: OWNER, password, durable, user });
  } else if (await stopLeftover(dir)) {
    onNews('Stopped the database that an earlier run had left running.');
  }
  return launch({ ...options, postgres, user, durable });
}

/** @param {PostgresOptions & { postgres: string, user: import('./postgres-user.mjs').ServerUser | undefined, durable: boolean }} options */
async function launch(options) {
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    const before = statSync(options.logFile, { throwIfNoEntry: false })?.size ?? 0;
    const server = spawnServer(options, port);
    const over = new AbortController();
    const reason = await Promise.race([server.exited, untilReady(options.dir, server.pid, over.signal)]);
    over.abort();
    if (reason === undefined) return server;
    const lines = readFileSync(options.logFile).subarray(before).toString().trim().split('\n').slice(-15);
    // Between the search for a free port and its use, another program may have taken it.
    if (attempt < 5 && lines.some((line) => line.includes('Address already in use'))) continue;
    await server.stop();
    throw new Problem(`The database did not start: ${reason}. Its log is ${options.logFile}.`, {
      details: lines,
    });
  }
}

/**
 * @param {Parameters<typeof launch>[0]} options
 * @param {number} port
 * @returns {RunningPostgres}
 */
function spawnServer({ postgres, dir, password, logFile, durable, user }, port) {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    ...(!durable && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // Straight to the file, not through this process: the server outlives a killed parent and must not lose its output.
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(postgres, ['-D', dir, '-p', String(port), ...flags], {
    ...user,
    cwd: '/',
    env: serverEnv(),
    stdio: ['ignore', log, log],
    detached: true, // a group of its own: Ctrl-C must not reach it before the API and the worker have ended
  });
  closeSync(log);
  track(child, 'SIGQUIT');
  const exited = new Promise((/** @type {(reason: string) => void} */ resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ? `ended by ${signal}` : `exit code ${code}`));
  });
  const pid = child.pid ?? 0;
  const urlFor = (/** @type {{ name: string, password: string }} */ role, database = 'postgres') =>
    `postgres://${role.name}:${encodeURIComponent(role.password)}@127.0.0.1:${port}/${database}`;
  return {
    port,
    pid,
    exited,
    urlFor,
    ownerUrl: (database) => urlFor({ name: OWNER, password }, database),
    stop: async () => {
      if (pid > 0 && child.exitCode === null && child.signalCode === null) await stopPostmaster(pid);
    },
  };
}

/**
 * @param {string} dir
 * @param {number} pid
 * @param {AbortSignal} over
 * @returns {Promise<string | undefined>} undefined once ready, else what went wrong
 */
async function untilReady(dir, pid, over) {
  for (const deadline = Date.now() + READY_WITHIN_MS; Date.now() < deadline && !over.aborted; ) {
    const postmaster = readPostmaster(dir);
    if (postmaster?.pid === pid && postmaster.ready) return undefined;
    await delay(20);
  }
  return `it was not ready within ${READY_WITHIN_MS / 1000} seconds`;
}

/**
 * Makes a database unless it exists.
 * @param {RunningPostgres} server
 * @param {string} name
 */
export async function ensureDatabase(server, name) {
  const found = await runSql(server.ownerUrl(), 'SELECT 1 FROM pg_database WHERE datname = $1', [name]);
  if (found.length === 0) await runSql(server.ownerUrl(), `CREATE DATABASE "${name}"`);
}
