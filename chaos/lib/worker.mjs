// @ts-check
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { startChild, untilReady } from '../../scripts/lib/child.mjs';
import { BUILT } from '../../scripts/lib/paths.mjs';
import { until } from './wait.mjs';

const PRELOAD = path.join(import.meta.dirname, 'at-step.mjs');

/**
 * One worker process that is started again whenever it ends.
 * @param {{ name: string, env: NodeJS.ProcessEnv, log: (line: string) => void, logFile: string }} options
 */
export function createWorker({ name, env, log, logFile }) {
  /** @type {import('../../scripts/lib/child.mjs').Child} */
  let child;
  /** @type {Promise<void> | undefined} while it starts */
  let starting;
  async function start() {
    const started = startChild({ file: BUILT.worker, env, log, nodeArgs: ['--import', PRELOAD] });
    child = started;
    const { signal } = new AbortController();
    await untilReady({ name: 'worker', child, logFile, signal }, () => started.ready);
  }

  /** @param {NodeJS.Signals} signal */
  const send = (signal) => {
    try {
      process.kill(child.pid, signal);
    } catch {
      // It has just ended.
    }
  };

  return {
    name,
    /** Starts it, and keeps to itself whether that worked until somebody waits for it. */
    start: () => {
      starting = start().then(() => {
        starting = undefined;
      });
      starting.catch(() => {});
    },
    isUp: () => starting === undefined,
    /** Rejects where it cannot start. @returns {Promise<void>} */
    up: async () => starting,
    /**
     * Has it stopped or killed at a step.
     * @param {string} step
     * @param {'SIGKILL' | 'SIGSTOP'} signal
     * @param {number} countdown the how-manieth time from now
     */
    order: (step, signal, countdown) => child.send({ chaos: { step, signal, countdown } }),
    cancelOrder: () => child.send({ chaos: null }),
    send,
    /** @param {number} timeoutMs @returns {Promise<boolean>} whether it ended by then */
    hasEnded: async (timeoutMs) =>
      (await Promise.race([child.exited, until(() => false, timeoutMs)])) !== undefined,
    /** @param {number} timeoutMs @returns {Promise<boolean>} whether it was stopped by then */
    hasStopped: async (timeoutMs) => (await until(() => stateOf(child.pid) === 'T', timeoutMs)) === true,
    async kill() {
      send('SIGKILL');
      await child.exited;
    },
    stop: () => child.stop(40_000),
  };
}

/** @typedef {ReturnType<typeof createWorker>} Worker */

/** @param {number} pid @returns {string} as /proc calls it: R, S, T … */
function stateOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2)[0] ?? '';
  } catch {
    return '';
  }
}
