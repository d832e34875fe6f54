// @ts-check
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './paths.mjs';
import { Problem, printProblem } from './problem.mjs';
import { ensureReady } from './setup.mjs';

const FOLDER = path.join(ROOT, 'bench');

/** Builds what is to be measured, and runs the measurement that is asked for. Ends the process. */
export async function main() {
  try {
    const [name = '', ...rest] = process.argv.slice(2);
    const file = path.join(FOLDER, `${name}.mjs`);
    if (!/^[\w-]+$/.test(name) || !existsSync(file)) {
      const names = readdirSync(FOLDER).filter((entry) => entry.endsWith('.mjs'));
      const choice = names.map((entry) => path.basename(entry, '.mjs')).join(', ');
      throw new Problem(
        `Say what to measure: npm run bench -- <name> [postgres | redis]. There is: ${choice}.`,
      );
    }
    await ensureReady();
    const { measure } = await import(pathToFileURL(file).href);
    await measure(...rest);
    process.exit(0);
  } catch (error) {
    printProblem(error);
    process.exit(1);
  }
}
