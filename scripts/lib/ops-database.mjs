// @ts-check
import { existsSync } from 'node:fs';
import path from 'node:path';
import { readPostmaster } from './postgres-cluster.mjs';
import { Problem } from './problem.mjs';
import { liveRun } from './run-file.mjs';
import { preparePasswords } from './secrets.mjs';

const DATABASE = 'veogate';
const APP = 'veogate';

/**
 * The embedded database of a data folder: the one that a running `npm start` has, or, where it is stopped, started for
 * as long as it is needed.
 * @param {import('./data-dir.mjs').DataPaths} paths
 * @param {{ asOwner: boolean }} options whether as the role that owns the tables, or as the services do
 * @returns {Promise<{ url: string, close: () => Promise<void> } | undefined>} nothing where there is none yet
 */
export async function openOwnDatabase(paths, { asOwner }) {
  if (!existsSync(path.join(paths.postgres, 'PG_VERSION'))) return undefined;
  const passwords = preparePasswords(paths);
  const { startPostgres, OWNER } = await import('./postgres.mjs');
  const role = asOwner ? { name: OWNER, password: passwords.owner } : { name: APP, password: passwords.app };
  if (liveRun(paths.runFile)) {
    const running = readPostmaster(paths.postgres);
    if (running?.ready) return { url: toUrl(role, running.port), close: async () => {} };
    throw new Problem('Veogate is starting or stopping just now. Try again in a moment.');
  }
  const logFile = path.join(paths.logs, 'postgres.log');
  const server = await startPostgres({ dir: paths.postgres, password: passwords.owner, logFile });
  return { url: server.urlFor(role, DATABASE), close: server.stop };
}

/** @param {{ name: string, password: string }} role @param {number} port */
const toUrl = ({ name, password }, port) =>
  `postgres://${name}:${encodeURIComponent(password)}@127.0.0.1:${port}/${DATABASE}`;
