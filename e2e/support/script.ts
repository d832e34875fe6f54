import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../scripts/lib/ports.mjs';
import { sharedTempDir } from '../../scripts/lib/postgres.mjs';
import { waitFor } from './wait-for.ts';

const root = join(import.meta.dirname, '../..');

export interface Home {
  dataDir: string;
  port: number;
  /** PORT and DATA_DIR, over an environment without vitest's own variables. */
  env: NodeJS.ProcessEnv;
  remove(): Promise<void>;
}

/** A data folder and a port of one's own; the folder's name has a space in it. */
export async function createHome(): Promise<Home> {
  const folder = await mkdtemp(join(sharedTempDir(), 'veogate start-'));
  await chmod(folder, 0o755); // for the user that the database runs as
  const dataDir = join(folder, 'data');
  const port = await freePort();
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|NODE_|TEST|DATABASE_|REDIS_)/.test(name),
  );
  return {
    dataDir,
    port,
    env: { ...Object.fromEntries(inherited), DATA_DIR: dataDir, PORT: String(port) },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Runs one of scripts/ as a person does, and listens to what it says. */
export function runScript(name: string, env: NodeJS.ProcessEnv, args: string[] = []) {
  const child = spawn(process.execPath, [join(root, 'scripts', name), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    pid: child.pid as number,
    output: () => output,
    exited,
    signal: (signal: NodeJS.Signals) => child.kill(signal),
    /** Waits until it has said something that fits. */
    says: (pattern: RegExp) =>
      waitFor(
        `${name} to say ${pattern}`,
        () => {
          const found = pattern.exec(output);
          if (!found && child.exitCode !== null)
            throw new Error(`${name} ended with ${child.exitCode}:\n${output}`);
          return found;
        },
        90_000,
      ),
  };
}

/** The processes on this machine (Linux) that know this data folder, with what they run and what they are told. */
export async function processesOf(
  dataDir: string,
): Promise<{ pid: number; command: string; env: string[] }[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [command, env] = await Promise.all(
        ['cmdline', 'environ'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
      );
      return { pid: Number(pid), command: command ?? '', env: (env ?? '').split('\0') };
    }),
  );
  return found.filter(({ command, env }) => [command, ...env].some((text) => text.includes(dataDir)));
}
