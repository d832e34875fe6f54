// @ts-check
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { Problem } from './problem.mjs';
import { commandOf, isAlive, untilGone } from './process-info.mjs';
import { runCommand } from './run-command.mjs';

/**
 * Makes a new database folder. The folder appears under its name only when it is complete.
 * @param {{ initdb: string, dir: string, owner: string, password: string, durable: boolean, user: import('./postgres-user.mjs').ServerUser | undefined }} options
 */
export async function createCluster({ initdb, dir, owner, password, durable, user }) {
  const draft = `${dir}.new`;
  const passwordFile = path.join(draft, 'password');
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  try {
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
    if (user) for (const entry of [draft, passwordFile]) chownSync(entry, user.uid, user.gid);
    const flags = [
      ...['-D', path.join(draft, 'data'), '-U', owner, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
      // The built-in collation sorts alike on every machine, whatever locales it has.
      ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
      ...(durable ? [] : ['--no-sync']),
    ];
    // In a group of its own, so that Ctrl-C does not end it half-way.
    const { code, tail } = await runCommand(initdb, flags, {
      ...user,
      cwd: '/',
      env: serverEnv(),
      detached: true,
    });
    if (code !== 0) {
      throw new Problem(`The database could not be made in ${dir}; the lines above say why.`, {
        details: tail.slice(-15),
      });
    }
    renameSync(path.join(draft, 'data'), dir);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/**
 * @param {string} dir
 * @param {string} major the major version of the programs at hand
 * @returns {boolean} whether there is a database that these programs can run
 */
export function hasCluster(dir, major) {
  if (!existsSync(dir)) return false;
  if (!existsSync(path.join(dir, 'PG_VERSION'))) {
    if (readdirSync(dir).length === 0) {
      rmSync(dir, { recursive: true });
      return false;
    }
    throw new Problem(
      `The folder ${dir} is not empty and holds no database. Move it away, or choose another DATA_DIR.`,
    );
  }
  const found = readFileSync(path.join(dir, 'PG_VERSION'), 'utf8').trim();
  if (found === major) return true;
  throw new Problem(
    `The database in ${dir} was made by Postgres ${found}, and this version of Veogate comes with Postgres ${major}, which cannot open it. ` +
      'Run the version of Veogate that made it, or choose another data folder with DATA_DIR.',
  );
}

/**
 * @typedef {{ pid: number, port: number, ready: boolean }} Postmaster
 * @param {string} dir
 * @returns {Postmaster | undefined} the live server of a database folder
 */
export function readPostmaster(dir) {
  const lines = readIfThere(path.join(dir, 'postmaster.pid')).split('\n');
  const pid = Number(lines[0]);
  // Another program may have been given the number of a server that was killed.
  if (!Number.isInteger(pid) || pid <= 0 || !/\bpostgres\b/.test(commandOf(pid))) return undefined;
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
}

/**
 * Ends the server that a killed run has left behind, and removes its mark when the server itself is gone.
 * @param {string} dir
 * @returns {Promise<boolean>} whether one was running
 */
export async function stopLeftover(dir) {
  const left = readPostmaster(dir);
  if (left) await stopPostmaster(left.pid, 30_000);
  const mark = path.join(dir, 'postmaster.pid');
  const pid = Number(readIfThere(mark).split('\n')[0]);
  // Postgres clears a dead server's mark by itself, but believes in one whose number is in use again.
  if (!left && pid > 0 && isAlive(pid)) rmSync(mark);
  return left !== undefined;
}

/**
 * A fast shutdown: clients are cut, the data is written, nothing has to be recovered. Past the patience the
 * server is ended as a crash would end it, which loses nothing that was committed.
 * @param {number} pid
 * @param {number} [patienceMs]
 */
export async function stopPostmaster(pid, patienceMs = 4_000) {
  const steps = /** @type {const} */ ([
    ['SIGINT', patienceMs],
    ['SIGQUIT', 2_000],
    ['SIGKILL', 1_000],
  ]);
  for (const [signal, timeoutMs] of steps) {
    if (!isAlive(pid)) return;
    try {
      process.kill(pid, signal);
    } catch {
      // It ended in between, or it belongs to someone else: the wait below tells.
    }
    if (await untilGone(pid, timeoutMs)) return;
  }
  throw new Problem(
    `The database server (process ${pid}) could not be stopped. Stop it by hand: kill ${pid}`,
  );
}

/** The server is told nothing of this process' environment, where secrets may stand. */
export function serverEnv() {
  return { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
}

/** @param {string} file */
function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
