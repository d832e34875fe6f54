// @ts-check
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Runs a Node program in the place of this one: with the same terminal, until it ends.
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} its exit code
 */
export async function runInside(args, env) {
  const child = spawn(process.execPath, args, { env, stdio: 'inherit' });
  // A terminal's Ctrl-C reaches the program too; this process waits for it, and closes what it opened.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const [code] = await once(child, 'exit');
  return code ?? 1;
}
