// @ts-check
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { track } from './live-processes.mjs';
import { readable } from './log-file.mjs';
import { Problem } from './problem.mjs';

const TAIL = 20;
/** How a program begins that refuses its settings; a line for each mistake follows. */
const NOT_VALID = 'The configuration is not valid:';

/**
 * @typedef {object} Child
 * @property {number} pid
 * @property {Promise<string>} exited resolves with the reason in words
 * @property {(graceMs: number) => Promise<void>} stop asks it to end, and ends it when the time is over
 * @property {(onLine: (line: string) => void) => void} onLine called with each line of its standard output
 * @property {Promise<void>} ready resolves when it says over its IPC channel that it is ready
 * @property {() => string[]} tail its last lines, for people
 * @property {(message: object) => void} send over its IPC channel
 */

/**
 * Starts a Node program that ends by itself when this process dies: its end of the IPC channel closes then.
 * @param {{ file: string, env: NodeJS.ProcessEnv, log: (line: string) => void, nodeArgs?: string[] }} options
 * @returns {Child}
 */
export function startChild({ file, env, log, nodeArgs = [] }) {
  const child = spawn(process.execPath, ['--enable-source-maps', ...nodeArgs, file], {
    cwd: path.dirname(file),
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true, // a group of its own: Ctrl-C reaches this process only, which stops everything in order
  });
  track(child, 'SIGKILL');
  /** @type {string[]} */
  const tail = [];
  /** @type {((line: string) => void)[]} */
  const listeners = [];
  const keep = (/** @type {string} */ line) => {
    log(line);
    tail.push(readable(line));
    if (tail.length > TAIL) tail.shift();
  };
  if (child.stderr) createInterface({ input: child.stderr }).on('line', keep);
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      keep(line);
      for (const listener of listeners) listener(line);
    });
  }
  const ready = new Promise((/** @type {(nothing: void) => void} */ resolve) => {
    child.on('message', (message) => {
      if (typeof message === 'object' && 'event' in message && message.event === 'ready') resolve();
    });
  });
  const exited = new Promise((/** @type {(reason: string) => void} */ resolve) => {
    child.once('error', (error) => resolve(error.message));
    const tell = (/** @type {number | null} */ code, /** @type {string | null} */ signal) =>
      resolve(signal ? `ended by ${signal}` : `exit code ${code}`);
    // "close" comes after the last line of output, but never where somebody else holds the other end open.
    child.once('close', tell);
    child.once('exit', (code, signal) => setTimeout(tell, 500, code, signal).unref());
  });
  return {
    pid: child.pid ?? 0,
    exited,
    ready,
    onLine: (listener) => void listeners.push(listener),
    // Whoever has just ended needs no message.
    send: (message) => void (child.connected && child.send(message, () => {})),
    tail: () => tail.flatMap((entry) => entry.split('\n')).slice(-TAIL),
    stop: async (graceMs) => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

/**
 * @template T
 * @param {Child} child
 * @param {(line: string) => T | undefined} match
 * @returns {Promise<T>} what the first line that matches gives
 */
export function untilLine(child, match) {
  return new Promise((resolve) => {
    child.onLine((line) => {
      const found = match(line);
      if (found !== undefined) resolve(found);
    });
  });
}

/**
 * @param {string} url
 * @param {AbortSignal} signal
 */
export async function untilHttp(url, signal) {
  for (;;) {
    const response = await fetch(url, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]),
    }).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.status === 200) return;
    signal.throwIfAborted();
    await delay(100, undefined, { signal });
  }
}

/**
 * Waits for a child to be ready; if it ends first, takes too long, or is not wanted any more, it is ended and
 * the reason thrown.
 * @template T
 * @param {{ name: string, child: Child, logFile: string, signal: AbortSignal, timeoutMs?: number }} options
 * @param {(signal: AbortSignal) => Promise<T>} isReady
 * @returns {Promise<T>}
 */
export async function untilReady({ name, child, logFile, signal, timeoutMs = 90_000 }, isReady) {
  const over = new AbortController();
  const refusal = (/** @type {string} */ reason) => {
    const tail = child.tail();
    const at = tail.indexOf(NOT_VALID);
    // Its own sentences say all there is to say.
    if (at >= 0) return new Problem(tail.slice(at).join('\n'));
    return new Problem(`The ${name} did not start: ${reason}. Its log is ${logFile}.`, { details: tail });
  };
  try {
    signal.throwIfAborted();
    return await Promise.race([
      isReady(over.signal),
      child.exited.then((reason) => Promise.reject(refusal(reason))),
      delay(timeoutMs, undefined, { signal: over.signal }).then(() =>
        Promise.reject(refusal(`it was not ready within ${timeoutMs / 1000} seconds`)),
      ),
      new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
      ),
    ]);
  } catch (error) {
    await child.stop(3_000);
    throw error;
  } finally {
    over.abort();
  }
}
