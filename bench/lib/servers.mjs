// @ts-check
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { BUILT } from '../../scripts/lib/paths.mjs';
import { freePort } from '../../scripts/lib/ports.mjs';
import { ensureDatabase, sharedTempDir, startPostgres } from '../../scripts/lib/postgres.mjs';

/** @typedef {{ url: string, stop: () => Promise<void> }} Running */

/**
 * A migrated database on a server of its own.
 * @returns {Promise<{ url: string, ownerUrl: string, folder: string, stop: () => Promise<void> }>}
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
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * The API as it is served, in a process of its own, with every limit counted and none reached.
 * @param {{ url: string, folder: string }} database
 * @returns {Promise<Running & { port: number }>}
 */
export async function startApi({ url, folder }) {
  const port = await freePort();
  const { generateRing } = await import(pathToFileURL(BUILT.ring).href);
  const ring = path.join(folder, 'ring.json');
  const token = path.join(folder, 'owner-token');
  writeFileSync(ring, JSON.stringify((await generateRing()).publicRing));
  writeFileSync(token, randomBytes(32).toString('base64url'));
  const many = '1000000000';
  const running = await start(BUILT.api, {
    DATABASE_URL: url,
    STORAGE_URL: pathToFileURL(path.join(folder, 'storage')).href,
    DATA_DIR: folder,
    VAULT_PUBLIC_KEYS_FILE: ring,
    OWNER_TOKEN_FILE: token,
    PORT: String(port),
    LOG_LEVEL: 'warn',
    LIMIT_ANONYMOUS: many,
    LIMIT_USER: many,
    LIMIT_ADDRESS: many,
  });
  const ready = `http://127.0.0.1:${port}/readyz`;
  while (
    !(await fetch(ready).then(
      ({ ok }) => ok,
      () => false,
    ))
  )
    running.mustLive();
  return { url: `http://127.0.0.1:${port}`, port, stop: running.stop };
}

/**
 * @param {string} databaseUrl
 * @param {object} statements
 * @param {unknown[]} values
 * @returns {Promise<Running>}
 */
export async function startBaseline(databaseUrl, statements, values) {
  const port = await freePort();
  const running = await start(path.join(import.meta.dirname, 'baseline-server.mjs'), {
    DATABASE_URL: databaseUrl,
    PORT: String(port),
    STATEMENTS: JSON.stringify(statements),
    VALUES: JSON.stringify(values),
  });
  await once(running.child, 'message');
  return { url: `http://127.0.0.1:${port}`, stop: running.stop };
}

/** @param {string} file @param {Record<string, string>} env */
async function start(file, env) {
  const child = spawn(process.execPath, [file], {
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  return {
    child,
    mustLive: () => {
      if (child.exitCode !== null) throw new Error(`${file} ended with ${child.exitCode}.`);
    },
    stop: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}
