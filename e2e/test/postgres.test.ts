import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ensureDatabase, runSql, sharedTempDir, startPostgres } from '../../scripts/lib/postgres.mjs';
import { isAlive } from '../../scripts/lib/process-info.mjs';

const isRoot = process.getuid?.() === 0;
const module = join(import.meta.dirname, '../../scripts/lib/postgres.mjs');

let folder: string;
let options: { dir: string; logFile: string; password: string; durable: boolean };

beforeEach(async () => {
  folder = await mkdtemp(join(sharedTempDir(), 'veogate postgres-'));
  options = {
    dir: join(folder, 'postgres'),
    logFile: join(folder, 'log'),
    password: "it's a p@ss/word",
    durable: false,
  };
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the embedded Postgres', () => {
  test('keeps its data from one run to the next', async () => {
    const first = await startPostgres(options);
    await ensureDatabase(first, 'kept');
    await runSql(first.ownerUrl('kept'), 'CREATE TABLE boats AS SELECT 7 AS n');
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);

    const second = await startPostgres(options);
    await ensureDatabase(second, 'kept');
    expect(await runSql(second.ownerUrl('kept'), 'SELECT n FROM boats')).toEqual([{ n: 7 }]);
    await second.stop();
  });

  test('asks everybody for a password, and listens on the loopback interface only', async () => {
    const server = await startPostgres(options);
    try {
      const stranger = server.urlFor({ name: 'veogate_owner', password: 'guess' });
      await expect(runSql(stranger, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
      const outside = Object.values(networkInterfaces())
        .flatMap((addresses) => addresses ?? [])
        .find(({ internal, family }) => !internal && family === 'IPv4');
      if (outside) {
        const socket = createConnection(server.port, outside.address);
        await expect(once(socket, 'connect')).rejects.toThrow(/ECONNREFUSED/);
      }
      expect((await stat(options.dir)).mode & 0o777).toBe(0o700);
    } finally {
      await server.stop();
    }
  });

  test('comes back after its parent was killed and the server left running', async () => {
    const script = `
      const { startPostgres } = await import(${JSON.stringify(module)});
      const server = await startPostgres(${JSON.stringify(options)});
      process.stdout.write(String(server.pid), () => process.kill(process.pid, 'SIGKILL'));`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [output] = await once(parent.stdout, 'data');
    await once(parent, 'exit');
    const leftover = Number(output);
    expect(isAlive(leftover)).toBe(true);

    const news: string[] = [];
    const server = await startPostgres({ ...options, onNews: (line) => news.push(line) });
    expect(isAlive(leftover)).toBe(false);
    expect(news).toEqual(['Stopped the database that an earlier run had left running.']);
    await server.stop();
  });

  test('comes back after a power cut whose process number belongs to another program now', async () => {
    const first = await startPostgres(options);
    const mark = await readFile(join(options.dir, 'postmaster.pid'), 'utf8');
    await first.stop();
    await writeFile(join(options.dir, 'postmaster.pid'), mark.replace(/^\d+/, String(process.pid)));

    const second = await startPostgres(options);
    expect(await runSql(second.ownerUrl(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await second.stop();
  });

  test('starts afresh where the first run was killed while it made the database', async () => {
    await mkdir(join(`${options.dir}.new`, 'data'), { recursive: true });
    await writeFile(join(`${options.dir}.new`, 'data/PG_VERSION'), '18\n');
    const server = await startPostgres(options);
    await server.stop();
    await expect(stat(`${options.dir}.new`)).rejects.toThrow(/ENOENT/);
  });

  test('refuses the database of another major version, naming both', async () => {
    await (await startPostgres(options)).stop();
    await writeFile(join(options.dir, 'PG_VERSION'), '17\n');
    await expect(startPostgres(options)).rejects.toThrow(/made by Postgres 17, .* comes with Postgres 18/);
  });

  test('refuses a folder with something else in it, and leaves that alone', async () => {
    await mkdir(options.dir);
    await writeFile(join(options.dir, 'novel.txt'), 'Chapter 1');
    await expect(startPostgres(options)).rejects.toThrow(/holds no database/);
    expect(await readFile(join(options.dir, 'novel.txt'), 'utf8')).toBe('Chapter 1');
  });

  test.runIf(isRoot)('names the folder that the database user cannot enter', async () => {
    const closed = join(folder, 'closed');
    await mkdir(join(closed, 'data'), { recursive: true });
    await chmod(folder, 0o755);
    await chmod(closed, 0o700);
    const start = startPostgres({ ...options, dir: join(closed, 'data/postgres') });
    await expect(start).rejects.toThrow(`cannot enter the folder ${closed},`);
  });
});
