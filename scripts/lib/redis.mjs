// @ts-check
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { track } from './live-processes.mjs';
import { freePort } from './ports.mjs';
import { Problem } from './problem.mjs';

/** Each test file takes a database of its own. */
const DATABASES = 2048;

/**
 * Starts a Redis of our own on the loopback interface, which keeps nothing on disk.
 * @param {string} program
 * @param {number} [onPort] default: any free one
 * @returns {Promise<{ url: string, pid: number, stop: () => Promise<void> }>}
 */
export async function startRedis(program, onPort) {
  const dir = mkdtempSync(path.join(tmpdir(), 'veogate-redis-'));
  const port = onPort ?? (await freePort());
  const child = spawn(
    program,
    [
      ...['--bind', '127.0.0.1', '--port', String(port), '--dir', dir, '--databases', String(DATABASES)],
      // What BullMQ needs, as in operation: a queue must not lose jobs to make room.
      ...['--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  track(child, 'SIGKILL');
  /** @type {string[]} */
  const lines = [];
  const ready = new Promise((/** @type {(ready: boolean) => void} */ resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      if (/ready to accept connections/i.test(line)) resolve(true);
    });
    child.once('error', () => resolve(false));
    child.once('exit', () => resolve(false));
  });
  if (!(await ready))
    throw new Problem('The Redis for the tests did not start.', { details: lines.slice(-10) });
  return {
    url: `redis://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
