// @ts-check
import { pathToFileURL } from 'node:url';
import { BUILT } from './paths.mjs';
import { Problem } from './problem.mjs';

/**
 * Refuses, with a sentence for each mistake, settings that the API or the worker would refuse.
 * @param {{ api: NodeJS.ProcessEnv, worker: NodeJS.ProcessEnv }} envs
 */
export async function refuseSettings(envs) {
  const [{ readEnv }, { apiEnv, workerEnv }, { listUnsafe }] = await Promise.all(
    [BUILT.readEnv, BUILT.fragments, BUILT.safety].map((file) => import(pathToFileURL(file).href)),
  );
  /** @param {() => readonly string[]} find */
  const problemsOf = (find) => {
    try {
      return find();
    } catch (error) {
      if (error instanceof Error && 'problems' in error && Array.isArray(error.problems))
        return error.problems;
      throw error;
    }
  };
  const problems = new Set([
    ...problemsOf(() => listUnsafe(readEnv(apiEnv, envs.api))),
    ...problemsOf(() => readEnv(workerEnv, envs.worker) && []),
  ]);
  if (problems.size === 0) return;
  const lines = [...problems].map((problem) => `  - ${problem}`).join('\n');
  throw new Problem(
    `Veogate does not start with these settings:\n${lines}\n\nBe asked for all that is needed: npm run ops -- setup`,
  );
}
