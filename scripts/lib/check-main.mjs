// @ts-check
import { binOf, ROOT } from './paths.mjs';
import { Problem, printProblem } from './problem.mjs';
import { runCommand } from './run-command.mjs';
import { ensureReady, toolEnv } from './setup.mjs';

/** In this order: the types of the database client come out of the build. @type {[string, string, string[]][]} */
const STEPS = [
  ['format', 'biome', ['format', '--colors=off', '.']],
  ['lint', 'biome', ['ci', '--colors=off', '--formatter-enabled=false', '.']],
  ['types', 'tsc', ['-p', 'tsconfig.json', '--noEmit']],
  ['web types', 'tsc', ['-p', 'apps/web/tsconfig.json']],
  ['walls', 'depcruise', ['apps', 'packages', 'ops']],
  ['unused code', 'knip', []],
];

/** Runs every step, also after one that failed. Ends the process. */
export async function main() {
  const failed = [];
  if (!(await step('build', buildAll))) failed.push('build');
  for (const [name, command, args] of STEPS) {
    if (!(await step(name, () => run(command, args)))) failed.push(name);
  }
  const count = STEPS.length + 1;
  console.log(
    failed.length === 0
      ? `check: all ${count} steps passed`
      : `check: ${failed.length} of ${count} steps failed: ${failed.join(', ')}`,
  );
  process.exit(failed.length === 0 ? 0 : 1);
}

const buildAll = async () => {
  await ensureReady();
};

/** @param {string} command @param {string[]} args */
async function run(command, args) {
  const { code, tail } = await runCommand(binOf(command), args, { cwd: ROOT, env: toolEnv() }, 400);
  if (code !== 0) throw new Problem(`${command} found something (exit code ${code}).`, { details: tail });
}

/** @param {string} name @param {() => Promise<void>} work */
async function step(name, work) {
  const began = performance.now();
  const took = () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  try {
    await work();
    console.log(`ok      ${name.padEnd(12)} ${took()}`);
    return true;
  } catch (error) {
    console.log(`FAILED  ${name.padEnd(12)} ${took()}`);
    printProblem(error);
    return false;
  }
}
