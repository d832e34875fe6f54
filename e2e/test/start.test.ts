import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { hashSecret } from '@veogate/shared/password/team-password';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createHome, type Home, processesOf, runScript } from '../support/script.ts';
import { waitFor } from '../support/wait-for.ts';

const READY = /Veogate is ready/;
const LINK = /http:\/\/localhost:(\d+)\/launch#token=(vgo_[\w-]{43})/;
const isLinux = process.platform === 'linux';

describe('npm start', { timeout: 180_000 }, () => {
  let home: Home;
  let server: ReturnType<typeof runScript>;
  let token: string;
  const url = () => `http://127.0.0.1:${home.port}`;
  const listKeys = async (): Promise<{ id: string; provider: string; state: string }[]> => {
    const response = await fetch(`${url()}/v1/keys`, { headers: { authorization: `Bearer ${token}` } });
    return ((await response.json()) as { data: { id: string; provider: string; state: string }[] }).data;
  };
  const pidOf = async (program: string) =>
    (await processesOf(home.dataDir)).find(({ command }) => command.includes(program))?.pid ?? 0;

  beforeAll(async () => {
    home = await createHome();
    server = runScript('start.mjs', home.env);
    await server.says(READY);
    token = LINK.exec(server.output())?.[2] ?? '';
  }, 180_000);

  afterAll(async () => {
    server.signal('SIGTERM');
    await server.exited;
    await home.remove();
  });

  test('prints a launch link that opens this server', async () => {
    expect(LINK.exec(server.output())?.[1]).toBe(String(home.port));
    expect((await readFile(join(home.dataDir, 'owner-token'), 'utf8')).trim()).toBe(token);
    expect((await fetch(`${url()}/readyz`)).status).toBe(200);
  });

  test('saves a demo key that becomes active', async () => {
    const key = await waitFor('the demo key to be active', async () =>
      (await listKeys()).find(({ state }) => state === 'active'),
    );
    expect(key.provider).toBe('demo');
  });

  test('keeps what it writes from other users', async () => {
    const files = (await readdir(home.dataDir, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile() && !entry.parentPath.includes(join('data', 'postgres')))
      .map((entry) => join(entry.parentPath, entry.name));
    expect(files.length).toBeGreaterThan(8);
    for (const file of files) expect([file, (await stat(file)).mode & 0o077]).toEqual([file, 0]);
  });

  test.runIf(isLinux)(
    'tells the API nothing that opens a key, and the simulator nothing at all',
    async () => {
      const processes = await processesOf(home.dataDir);
      const envOf = (program: string) =>
        processes.find(({ command }) => command.includes(program))?.env.join('\n') ?? '';
      expect(envOf('apps/worker')).toMatch(/^VAULT_PRIVATE_KEYS_FILE=/m);
      expect(envOf('apps/api')).toMatch(/^VAULT_PUBLIC_KEYS_FILE=/m);
      expect(envOf('apps/api')).not.toMatch(/VAULT_PRIVATE|FINGERPRINT|veogate_owner/);
      expect(envOf('packages/simulator')).not.toMatch(/VAULT|FINGERPRINT|DATABASE|OWNER/);
    },
  );

  test('refuses a second server on the same data folder, and names the first', async () => {
    const second = runScript('start.mjs', { ...home.env, PORT: '1' });
    expect(await second.exited).toBe(1);
    expect(second.output()).toContain(
      `already running with this data folder, at http://localhost:${home.port} (process ${server.pid})`,
    );
  });

  test.runIf(isLinux)('starts a program that died again', async () => {
    const before = await pidOf('apps/worker');
    process.kill(before, 'SIGKILL');
    await server.says(
      /The worker stopped unexpectedly \(ended by SIGKILL\)[\s\S]*The worker is running again/,
    );
    expect(await pidOf('apps/worker')).not.toBe(before);
  });

  test.runIf(isLinux)('goes on after it was killed, without a second demo key', async () => {
    const [key] = await listKeys();
    await fetch(`${url()}/v1/keys/${key?.id}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${token}` },
    });
    server.signal('SIGKILL');
    await server.exited;
    await waitFor('all but the database to end', async () => {
      const left = await processesOf(home.dataDir);
      return left.length > 0 && left.every(({ command }) => command.includes('postgres'));
    });

    server = runScript('start.mjs', home.env);
    await server.says(READY);
    expect(server.output()).toContain('Stopped the database that an earlier run had left running.');
    expect(LINK.exec(server.output())?.[2]).toBe(token);
    expect((await listKeys()).filter(({ state }) => state !== 'retired')).toEqual([]);
  });

  test.runIf(isLinux)('stops everything when it is asked to, and leaves no mark', async () => {
    const began = performance.now();
    server.signal('SIGTERM');
    expect(await server.exited).toBe(0);
    expect(performance.now() - began).toBeLessThan(30_000);
    expect(await processesOf(home.dataDir)).toEqual([]);
    expect(await readdir(home.dataDir)).not.toContain('run.json');
  });
});

describe('npm start in profile "password"', { timeout: 180_000 }, () => {
  let home: Home;
  let server: ReturnType<typeof runScript>;
  const publicUrl = () => `https://localhost:${home.port}`;

  beforeAll(async () => {
    home = await createHome();
    const hashFile = join(home.dataDir, '../team-password-hash');
    await writeFile(hashFile, await hashSecret('seven quiet herons over Lisbon'));
    Object.assign(home.env, {
      ACCESS_PROFILE: 'password',
      PUBLIC_URL: publicUrl(),
      TLS: 'internal',
      TEAM_PASSWORD_HASH_FILE: hashFile,
      ALLOWED_NETWORKS: '192.0.2.0/24 127.0.0.0/8 ::1/128',
      NO_SIMULATOR: '1',
      LOG_LEVEL: 'warn',
    });
    server = runScript('start.mjs', home.env);
    await server.says(READY);
  }, 180_000);

  afterAll(async () => {
    server.signal('SIGTERM');
    await server.exited;
    await home.remove();
  });

  test('serves HTTPS by its own CA, and says which devices must trust', async () => {
    const file = join(home.dataDir, 'tls/ca.crt');
    expect(server.output()).toContain(`must trust ${file}`);
    const [status, body] = await getOver(`${publicUrl()}/v1/meta`, await readFile(file, 'utf8'));
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ access_profile: 'password', demo: false });
    expect(server.output()).toContain(`Open it          ${publicUrl()}\n`);
  });

  test('prints the claim code while there is no administrator, and makes no owner token', async () => {
    const file = join(home.dataDir, 'secrets/claim-code');
    const code = (await readFile(file, 'utf8')).trim();
    expect(code).toMatch(/^([A-Z2-9]{4}-){4}[A-Z2-9]{4}$/);
    expect(server.output()).toContain(code);
    expect((await stat(file)).mode & 0o077).toBe(0);
    expect(await readdir(home.dataDir)).not.toContain('owner-token');
  });

  test.runIf(isLinux)('tells the worker nothing of who may come in', async () => {
    const processes = await processesOf(home.dataDir);
    const envOf = (program: string) =>
      processes.find(({ command }) => command.includes(program))?.env.join('\n') ?? '';
    expect(envOf('apps/api')).toMatch(/^CLAIM_CODE_FILE=/m);
    expect(envOf('apps/worker')).toMatch(/^VAULT_PRIVATE_KEYS_FILE=/m);
    expect(envOf('apps/worker')).not.toMatch(/CLAIM_CODE|TEAM_PASSWORD/);
  });

  test('has the demo ask for a token, and speak over that CA', async () => {
    const without = runScript('demo.mjs', home.env, ['a paper boat']);
    expect(await without.exited).toBe(1);
    expect(without.output()).toMatch(/everybody has an account\. Make a token at https:/);
    const wrong = runScript('demo.mjs', { ...home.env, VEOGATE_TOKEN: 'vg_wrong' }, ['a paper boat']);
    expect(await wrong.exited).toBe(1);
    expect(wrong.output()).toMatch(/Nobody is signed in/);
  });
});

/** @returns status and body of an answer whose certificate `ca` vouches for */
async function getOver(url: string, ca: string): Promise<[status: number | undefined, body: string]> {
  const response = await new Promise<IncomingMessage>((resolve, reject) =>
    get(url, { ca }, resolve).once('error', reject),
  );
  return [response.statusCode, await text(response)];
}

describe('npm start refuses, in one sentence,', { timeout: 60_000 }, () => {
  const homes: Home[] = [];
  const refusal = async (change: (home: Home) => Promise<NodeJS.ProcessEnv> | NodeJS.ProcessEnv) => {
    const home = await createHome();
    homes.push(home);
    const script = runScript('start.mjs', { ...home.env, ...(await change(home)) });
    expect(await script.exited).toBe(1);
    expect(script.output()).not.toMatch(/^ {4}at /m);
    return script.output().trim().split('\n').at(-1);
  };

  afterEach(async () => {
    for (const home of homes.splice(0)) await home.remove();
  });

  test('a port that is in use', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    expect(await refusal(() => ({ PORT: String(port) }))).toMatch(`Port ${port} on 127.0.0.1 is in use`);
    other.close();
  });

  test('a port that is none', async () => {
    expect(await refusal(() => ({ PORT: 'http' }))).toMatch('PORT is "http"');
  });

  test('a data folder that cannot be written', async () => {
    const line = await refusal(async (home) => {
      const file = join(home.dataDir, '../file');
      await writeFile(file, '');
      return { DATA_DIR: join(file, 'data') };
    });
    expect(line).toMatch(/cannot write to its data folder .*file\/data/);
  });

  test('a data folder of another user', { skip: process.getuid?.() === 0 }, async () => {
    expect(await refusal(() => ({ DATA_DIR: '/var/veogate' }))).toMatch('permission denied');
  });

  test('a profile whose requirements are not met, naming each', async () => {
    const home = await createHome();
    homes.push(home);
    const script = runScript('start.mjs', { ...home.env, ACCESS_PROFILE: 'public', HOST: '' });
    expect(await script.exited).toBe(1);
    const output = script.output();
    expect(output.match(/^ {2}- Profile "public" requires: /gm)).toHaveLength(9);
    for (const name of ['PUBLIC_URL', 'TLS', 'OAUTH_', 'ALERT_', 'REDIS_URL', 'CAPTCHA', 'TERMS_', 'BUDGET_'])
      expect(output).toContain(name);
    expect(output).toContain('npm run ops -- setup');
    expect(output).not.toMatch(/^ {4}at /m);
  });

  test('a secret that was lost while the data was kept', async () => {
    const line = await refusal(async (home) => {
      await mkdir(join(home.dataDir, 'secrets'), { recursive: true });
      await writeFile(join(home.dataDir, 'secrets/vault-public.json'), '{}');
      return {};
    });
    expect(line).toMatch(/key ring file .*vault-private\.json is missing/);
  });
});
