// @ts-check
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * Runs a command to its end and keeps the last lines of what it printed.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, signal?: AbortSignal, keep?: number }} [options] keep: how many lines
 * @returns {Promise<{ code: number, tail: string[] }>} code 127 when there is no such command
 */
export function runCommand(command, args, { cwd, env, signal, keep = 60 } = {}) {
  return new Promise((resolve) => {
    /** @type {string[]} */
    const tail = [];
    const add = (/** @type {string} */ line) => {
      tail.push(line);
      if (tail.length > keep) tail.shift();
    };
    const child = spawn(command, args, { cwd, env, signal, stdio: ['ignore', 'pipe', 'pipe'] });
    createInterface({ input: child.stdout }).on('line', add);
    createInterface({ input: child.stderr }).on('line', add);
    child.once('error', (error) => {
      add(error.message);
      resolve({ code: 127, tail });
    });
    child.once('close', (code) => resolve({ code: code ?? 1, tail }));
  });
}
