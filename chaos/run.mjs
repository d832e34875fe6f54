// @ts-check
import { faultsFor } from './lib/faults.mjs';
import { startLoad } from './lib/load.mjs';
import { createRandom } from './lib/random.mjs';
import { isSettled, judge } from './lib/verdict.mjs';
import { until } from './lib/wait.mjs';
import { startWorld } from './lib/world.mjs';

/** Unfinished generations at any time. */
const IN_FLIGHT = 8;
/** Whatever is unfinished so long after the last fault is stuck. Milliseconds. */
const SETTLED_WITHIN_MS = 60_000;

/**
 * Lets generations flow while workers are killed at every step, and everything that they need fails in turn; then
 * compares what the provider was asked for with what the service knows.
 * @param {{ seed: number, kills: number, redis: string | undefined, say: (line: string) => void }} options `kills`: of
 * workers; the other faults come with them
 * @returns {Promise<{ backend: string, struck: Map<string, number>, counts: Record<string, number>, problems: string[], seconds: number, logFile: string }>}
 */
export async function runChaos({ seed, kills, redis, say }) {
  const begunAt = Date.now();
  const random = createRandom(seed);
  const world = await startWorld({ redis });
  /** @type {Map<string, number>} */
  const struck = new Map();
  const killed = () => [...struck].reduce((sum, [name, n]) => sum + (name.startsWith('kill at') ? n : 0), 0);
  const count = (/** @type {string} */ name) => void struck.set(name, (struck.get(name) ?? 0) + 1);
  let keep = false;
  try {
    const load = await startLoad({ world, random, target: IN_FLIGHT });
    const faults = faultsFor(world);
    let shown = 0;
    while (killed() < kills) {
      // Every fault gets its turn in each round, in an order of its own; those with less weight not in every round.
      const round = faults.flatMap((fault) =>
        Array.from(
          { length: Math.floor(fault.weight) + (random.below(100) < (fault.weight % 1) * 100 ? 1 : 0) },
          () => fault,
        ),
      );
      for (const fault of random.shuffle(round)) {
        if (killed() >= kills) break;
        await fault.strike({ world, random, count });
        if (killed() >= shown + 10) {
          shown = killed();
          say(`${world.backend}: ${shown} of ${kills} kills, ${load.accepted.size} generations`);
        }
      }
    }
    await world.allUp();
    await load.stop();
    await until(async () => await isSettled(world), SETTLED_WITHIN_MS);
    const verdict = await judge(world, load);
    keep = verdict.problems.length > 0;
    const seconds = Math.round((Date.now() - begunAt) / 1000);
    return { backend: world.backend, struck, ...verdict, seconds, logFile: world.logFile };
  } finally {
    await world.close(keep);
  }
}
