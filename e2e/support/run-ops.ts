import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** The operator's commands, as they are built. */
export const OPS = join(import.meta.dirname, '../../ops/dist/main.js');

/** Runs a command as an operator does; `input` is what a program sends it. */
export async function runOps(args: readonly string[], env: Record<string, string>, input = '') {
  const child = spawn(process.execPath, [OPS, ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // A command that reads nothing may be gone before this is sent.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const texts = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    texts.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    texts.err += text;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, ...texts };
}
