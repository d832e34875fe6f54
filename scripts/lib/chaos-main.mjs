// @ts-check
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { endAllAtOnce } from './live-processes.mjs';
import { ROOT } from './paths.mjs';
import { Problem, printProblem } from './problem.mjs';
import { ensureReady } from './setup.mjs';
import { findTestPrograms } from './test-programs.mjs';

const USAGE = 'npm run chaos -- [--seed 1] [--kills 60] [--backend postgres|redis|both]';

/** Runs the fault harness on the backends that were asked for, and prints what came of it. Ends the process. */
export async function main() {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.once(signal, () => {
      endAllAtOnce();
      process.exit(1);
    });
  }
  try {
    const { seed, kills, backends } = readArguments();
    await ensureReady();
    const { redis } = await findTestPrograms();
    if (backends.includes('redis') && !redis) throw new Problem('There is no redis-server on this machine.');
    const { runChaos } = await import(pathToFileURL(path.join(ROOT, 'chaos/run.mjs')).href);
    let isGood = true;
    for (const backend of backends) {
      const options = { seed, kills, redis: backend === 'redis' ? redis : undefined, say: console.log };
      const result = await runChaos(options);
      print({ seed, ...result });
      isGood &&= result.problems.length === 0;
    }
    process.exit(isGood ? 0 : 1);
  } catch (error) {
    endAllAtOnce();
    printProblem(error);
    process.exit(1);
  }
}

function readArguments() {
  const string = /** @type {const} */ ({ type: 'string' });
  const { values } = parseArgs({ options: { seed: string, kills: string, backend: string } });
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  const kills = Number(values.kills ?? 60);
  const { backend = 'both' } = values;
  if (!Number.isInteger(seed) || !(kills > 0) || !['postgres', 'redis', 'both'].includes(backend)) {
    throw new Problem(`This is how to call it: ${USAGE}`);
  }
  return { seed, kills, backends: backend === 'both' ? ['postgres', 'redis'] : [backend] };
}

/** @param {{ seed: number, backend: string, struck: Map<string, number>, counts: Record<string, number>, problems: string[], seconds: number, logFile: string }} result */
function print({ seed, backend, struck, counts, problems, seconds, logFile }) {
  console.log(`\nQueue on ${backend}, seed ${seed}, ${seconds} s`);
  const rows = [...[...struck].sort(([a], [b]) => (a < b ? -1 : 1)), ...Object.entries(counts)];
  for (const [name, value] of rows) console.log(`  ${name.padEnd(40)} ${String(value).padStart(6)}`);
  for (const problem of problems) console.log(`  ! ${problem}`);
  if (problems.length > 0) console.log(`  The services' log is ${logFile}.`);
  console.log(
    problems.length === 0 ? 'Nothing was lost, and nothing was submitted twice.' : 'This must not be.',
  );
}
