// @ts-check
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * Runs a command to its end and keeps the last lines of what it printed.
 * @param {string} command
 * @param {string[]} args
 * @param {Omit<import('node:child_process').SpawnOptionsWithoutStdio, 'stdio'>} [options]
 * @param {number} [keep] how many lines
 * @returns {Promise<{ code: number, tail: string[] }>} code 127 when there is no such command
 */
export function runCommand(command, args, options = {}, keep = 60) {
  return new Promise((resolve) => {
    /** @type {string[]} */
    const tail = [];
    const add = (/** @type {string} */ line) => {
      tail.push(line);
      if (tail.length > keep) tail.shift();
    };
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    if (child.stdout) createInterface({ input: child.stdout }).on('line', add);
    if (child.stderr) createInterface({ input: child.stderr }).on('line', add);
    child.once('error', (error) => {
      add(error.message);
      resolve({ code: 127, tail });
    });
    child.once('close', (code) => resolve({ code: code ?? 1, tail }));
  });
}
