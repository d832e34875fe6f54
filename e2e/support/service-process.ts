import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from './wait-for.ts';

const root = join(import.meta.dirname, '../..');
/** A folder: what each service says is kept in it, for whoever looks into a failure afterwards. */
const LOGS = process.env['TEST_LOGS'];
if (LOGS) mkdirSync(LOGS, { recursive: true });

/**
 * Starts one of the built services, as an operator does, and waits for the log line that says it is ready.
 *
 * @param where.home where it was built, if not here
 * @param where.as the user that it runs as, if not this one
 */
export async function startService(
  app: 'api' | 'worker',
  readyMessage: string,
  env: NodeJS.ProcessEnv,
  where: { home?: string; as?: { uid: number; gid: number } } = {},
) {
  const { home = root, as } = where;
  const entry = join(home, 'apps', app, 'dist/main.js');
  const child: ChildProcess = spawn(process.execPath, [entry], {
    env,
    cwd: home,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...as,
  });
  const lines: string[] = [];
  const log = LOGS && createWriteStream(join(LOGS, `${app}-${child.pid}.log`));
  for (const stream of [child.stdout, child.stderr]) {
    if (log) stream?.pipe(log, { end: false });
    stream?.setEncoding('utf8').on('data', (text: string) => lines.push(...text.split('\n').filter(Boolean)));
  }
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const output = () => lines.join('\n');

  await waitFor(`the ${app} to be ready`, () => {
    if (child.exitCode !== null) throw new Error(`The ${app} ended at its start:\n${output()}`);
    return output().includes(readyMessage);
  });

  return {
    pid: child.pid as number,
    output,
    exited,
    /** Ends it as an operator does, and waits for it. */
    async stop(): Promise<number | null> {
      child.kill('SIGTERM');
      return exited;
    },
    /** Ends it as a power cut does. */
    async kill(): Promise<void> {
      child.kill('SIGKILL');
      await exited;
    },
    signal: (signal: NodeJS.Signals) => child.kill(signal),
  };
}
