// @ts-check
import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from './problem.mjs';
import { say } from './say.mjs';

const DEATHS_TO_GIVE_UP = 5;
const WITHIN_MS = 60_000;

/**
 * @typedef {{ exited: Promise<string>, stop: () => Promise<void> }} Running
 * @typedef {(signal: AbortSignal) => Promise<Running>} Start resolves when ready; ends what it began when aborted
 * @typedef {{ name: string, start: Start, running: Running | undefined, pending: Promise<unknown>, deaths: number[] }} Part
 */

/**
 * Keeps the parts of a server running.
 * @param {object} options
 * @param {string[]} options.stopOrder names of parts: who needs another one ends before it
 * @param {(problem: Problem) => void} options.onGiveUp called when a part dies again and again
 */
export function createSupervisor({ stopOrder, onGiveUp }) {
  const over = new AbortController();
  /** @type {Part[]} */
  const parts = [];

  /** @param {Part} part @returns {Promise<Running>} */
  async function launch(part) {
    over.signal.throwIfAborted();
    const starting = part.start(over.signal);
    part.pending = starting.catch(() => {});
    const running = await starting;
    part.running = running;
    void running.exited.then((reason) => revive(part, reason));
    return running;
  }

  /** @param {Part} part @param {string} reason */
  async function revive(part, reason) {
    part.running = undefined;
    if (over.signal.aborted) return;
    const now = Date.now();
    part.deaths = [...part.deaths.filter((time) => now - time < WITHIN_MS), now];
    if (part.deaths.length >= DEATHS_TO_GIVE_UP) {
      onGiveUp(
        new Problem(
          `The ${part.name} stopped ${part.deaths.length} times within a minute (${reason}), so everything was stopped.`,
        ),
      );
      return;
    }
    const waitMs = 500 * 2 ** (part.deaths.length - 1);
    say(`The ${part.name} stopped unexpectedly (${reason}). Starting it again in ${waitMs / 1000} s …`);
    try {
      await delay(waitMs, undefined, { signal: over.signal });
      await launch(part);
      say(`The ${part.name} is running again.`);
    } catch (error) {
      if (!over.signal.aborted) void revive(part, error instanceof Error ? error.message : String(error));
    }
  }

  return {
    /**
     * Adds a part and starts it.
     * @template {Running} R
     * @param {string} name as it stands in "The … stopped unexpectedly"
     * @param {(signal: AbortSignal) => Promise<R>} start
     * @returns {Promise<R>} when it is ready; rejects when its first start fails
     */
    async add(name, start) {
      /** @type {Part} */
      const part = { name, start, running: undefined, pending: Promise.resolve(), deaths: [] };
      parts.push(part);
      return /** @type {R} */ (await launch(part));
    },

    /** Stops every part, one after another; also those that are still starting. */
    async stop() {
      over.abort(new Error('stopping'));
      await Promise.all(parts.map((part) => part.pending));
      const rank = (/** @type {Part} */ part) => stopOrder.indexOf(part.name);
      for (const part of parts.toSorted((a, b) => rank(a) - rank(b))) await part.running?.stop();
    },
  };
}
