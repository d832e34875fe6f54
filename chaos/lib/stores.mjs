// @ts-check
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Redis } from 'ioredis';
import pg from 'pg';
import { BUILT } from '../../scripts/lib/paths.mjs';
import { ensureDatabase, startPostgres } from '../../scripts/lib/postgres.mjs';
import { codeOf } from '../../scripts/lib/problem.mjs';
import { untilGone } from '../../scripts/lib/process-info.mjs';
import { startRedis } from '../../scripts/lib/redis.mjs';

const DATABASE = 'chaos';

/**
 * A durable Postgres of our own, which can be killed and comes back where it was.
 * @param {string} folder
 */
export async function openPostgres(folder) {
  const options = {
    dir: path.join(folder, 'postgres'),
    logFile: path.join(folder, 'postgres.log'),
    password: randomBytes(12).toString('hex'),
  };
  let server = await startPostgres(options);
  const { port } = server;
  await ensureDatabase(server, DATABASE);
  const appUser = { name: 'veogate', password: randomBytes(12).toString('hex') };
  const { migrate } = await import(pathToFileURL(BUILT.migrate).href);
  await migrate({ url: server.ownerUrl(DATABASE), appUser });
  const ownerUrl = server.ownerUrl(DATABASE);
  return {
    url: server.urlFor(appUser, DATABASE),
    /** As the owner of the tables. @param {string} sql @returns {Promise<Record<string, any>[]>} */
    async query(sql) {
      const client = new pg.Client({ connectionString: ownerUrl });
      client.on('error', () => {});
      await client.connect();
      try {
        return (await client.query(sql)).rows;
      } finally {
        await client.end().catch(() => {});
      }
    },
    /** As a power cut ends it. */
    async kill() {
      process.kill(server.pid, 'SIGKILL');
      await untilGone(server.pid, 10_000);
    },
    async restart() {
      server = await startPostgres({ ...options, port });
    },
    stop: () => server.stop(),
  };
}

/**
 * A Redis of our own that keeps nothing: each restart is also a loss of the whole queue.
 * @param {string} program
 */
export async function openRedis(program) {
  let server = await startRedis(program);
  const { url } = server;
  return {
    url,
    async flush() {
      const client = new Redis(url);
      await client.flushall();
      client.disconnect();
    },
    async kill() {
      process.kill(server.pid, 'SIGKILL');
      await untilGone(server.pid, 10_000);
    },
    async restart() {
      server = await startRedis(program, Number(new URL(url).port));
    },
    /** @param {NodeJS.Signals} signal */
    send: (signal) => process.kill(server.pid, signal),
    stop: () => server.stop(),
  };
}

/**
 * A disk for the videos that is small enough to be filled. Needs root; elsewhere a folder, which cannot be filled.
 * @param {string} folder
 */
export function openDisk(folder) {
  mkdirSync(folder, { recursive: true });
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'veogate-chaos', folder]).status === 0;
  const ballast = path.join(folder, 'ballast');
  return {
    url: pathToFileURL(folder).href,
    mounted,
    fill() {
      const { bavail, bsize } = statfsSync(folder);
      try {
        writeFileSync(ballast, Buffer.alloc(bavail * bsize));
      } catch (error) {
        // Somebody else took the last of it meanwhile: full it is.
        if (codeOf(error) !== 'ENOSPC') throw error;
      }
    },
    makeRoom: () => rmSync(ballast, { force: true }),
    close() {
      if (mounted) spawnSync('umount', [folder]);
    },
  };
}
