// @ts-check
// `npm run image-steps -- [folder]`: performs the Dockerfile's own steps without a Docker engine. Each stage becomes a
// folder; that of the last one holds what the image would hold.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { buildStages } from './lib/image-stages.mjs';
import { ROOT } from './lib/paths.mjs';
import { printProblem } from './lib/problem.mjs';

const folder = path.resolve(process.argv[2] ?? path.join(ROOT, '.data/image'));

try {
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new Error(`${folder} is not empty. Remove it, or name another folder.`);
  const { root, user } = await buildStages({ context: ROOT, folder, say: console.log });
  console.log(`The image would hold what is in ${root}, and run as ${user}.`);
} catch (error) {
  printProblem(error);
  process.exitCode = 1;
}
