// @ts-check
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const TAIL = 60;

/**
 * Runs a command to its end and keeps the last lines of what it printed.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, signal?: AbortSignal, onLine?: (line: string) => void }} [options]
 * @returns {Promise<{ code: number, tail: string[] }>} code 127 when there is no such command
 */
export function runCommand(command, args, { cwd, env, signal, onLine } = {}) {
  return new Promise((resolve) => {
    /** @type {string[]} */
    const tail = [];
    const keep = (/** @type {string} */ line) => {
      tail.push(line);
      if (tail.length > TAIL) tail.shift();
      onLine?.(line);
    };
    const child = spawn(command, args, { cwd, env, signal, stdio: ['ignore', 'pipe', 'pipe'] });
    createInterface({ input: child.stdout }).on('line', keep);
    createInterface({ input: child.stderr }).on('line', keep);
    child.once('error', (error) => {
      keep(error.message);
      resolve({ code: 127, tail });
    });
    child.once('close', (code) => resolve({ code: code ?? 1, tail }));
  });
}
