// @ts-check
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { untilHttp } from './child.mjs';
import { ROOT } from './paths.mjs';
import { freePort } from './ports.mjs';
import { Problem } from './problem.mjs';
import { isAlive } from './process-info.mjs';
import { liveRun } from './run-file.mjs';

/**
 * Finds the server that runs with this data folder, or starts one for as long as it is needed.
 * @param {import('./settings.mjs').Settings} settings
 * @param {import('./data-dir.mjs').DataPaths} paths
 * @returns {Promise<{ url: string, isOwn: boolean, stop: () => Promise<void> }>}
 */
export async function findOrStartServer(settings, paths) {
  const run = liveRun(paths.runFile);
  if (!run) return startServer(settings);
  await untilRunning(run);
  return { url: run.url, isOwn: false, stop: async () => {} };
}

/**
 * The service that people open at this address, wherever it runs.
 * @param {string} url
 * @returns {Promise<{ url: string, isOwn: boolean, stop: () => Promise<void> }>}
 */
export async function reachServer(url) {
  try {
    await (await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(10_000) })).body?.cancel();
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new Problem(
      `${url} does not answer (${cause instanceof Error ? cause.message : cause}). Start it with npm start, or set PUBLIC_URL to where it is.`,
    );
  }
  return { url, isOwn: false, stop: async () => {} };
}

/** It may have been started a moment ago. @param {import('./run-file.mjs').Run} run */
async function untilRunning({ url, pid }) {
  const gone = new AbortController();
  const watch = setInterval(() => {
    if (!isAlive(pid))
      gone.abort(
        new Problem('The server stopped before it was ready. Look at the console it was started from.'),
      );
  }, 500);
  try {
    await untilHttp(`${url}/readyz`, gone.signal);
  } finally {
    clearInterval(watch);
  }
}

/** @param {import('./settings.mjs').Settings} settings */
async function startServer({ env, probeUrl, port }) {
  // Nobody opens this one in a browser: where the port is not said, it need not be the usual one.
  const ownPort = env['PORT'] ? port : await freePort();
  const child = spawn(process.execPath, [path.join(ROOT, 'scripts/start.mjs')], {
    env: { ...process.env, PORT: String(ownPort) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true, // Ctrl-C is for this process; the server ends when the channel to it closes
  });
  /** @type {string[]} */
  const complaints = [];
  let isReady = false;
  if (child.stdout)
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!isReady && line.startsWith('[')) console.log(line);
    });
  if (child.stderr) createInterface({ input: child.stderr }).on('line', (line) => complaints.push(line));
  const ended = once(child, 'exit');
  const isUp = await Promise.race([once(child, 'message').then(() => true), ended.then(() => false)]);
  if (!isUp) throw new Problem(complaints.join('\n').trim() || 'The server ended before it was ready.');
  isReady = true;
  return {
    url: probeUrl.replace(/:\d+$/, `:${ownPort}`),
    isOwn: true,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
