import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { generateRing } from '@veogate/shared/vault/ring';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { waitFor } from '../support/wait-for.ts';

const entry = join(import.meta.dirname, '../../apps/api/dist/main.js');
const token = `vgo_${randomBytes(32).toString('base64url')}`;
const authorization = { authorization: `Bearer ${token}` };

let database: TestDatabase;
let folder: string;
let env: Record<string, string>;
const running = new Set<ChildProcess>();

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'veogate-process-'));
  const { publicRing, privateRing } = await generateRing();
  const files = {
    token,
    empty: '\n',
    public: JSON.stringify(publicRing),
    private: JSON.stringify(privateRing),
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  env = {
    DATABASE_URL: database.url,
    STORAGE_URL: pathToFileURL(join(folder, 'storage')).href,
    DATA_DIR: folder,
    VAULT_PUBLIC_KEYS_FILE: join(folder, 'public'),
    OWNER_TOKEN_FILE: join(folder, 'token'),
    PORT: '0',
  };
});
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

function start(variables: Record<string, string>) {
  // `fork` gives it a channel to its parent, as the start script does.
  const child = fork(entry, { env: variables, execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return { child, exited, output: () => output };
}

async function startReady() {
  const api = start(env);
  const url = await waitFor('the API to be ready', () => {
    if (api.child.exitCode !== null) throw new Error(api.output());
    const line = api
      .output()
      .split('\n')
      .find((text) => text.includes('"msg":"api ready"'));
    return line && (JSON.parse(line) as { addresses: { port: number }[] }).addresses[0]?.port;
  });
  return { ...api, url: `http://127.0.0.1:${url}` };
}

describe('the API refuses to start, and says why', () => {
  it.each([
    [
      'without its settings',
      () => ({}),
      /DATABASE_URL: is missing\.\n[\s\S]*VAULT_PUBLIC_KEYS_FILE: is missing/,
    ],
    [
      'for the whole network',
      () => ({ ...env, HOST: '0.0.0.0' }),
      /this machine only\. .*HOST is 0\.0\.0\.0/,
    ],
    ['with a public address of another kind', () => ({ ...env, PUBLIC_URL: 'localhost' }), /PUBLIC_URL/],
    [
      'with an empty owner token',
      () => ({ ...env, OWNER_TOKEN_FILE: join(folder, 'empty') }),
      /OWNER_TOKEN_FILE: .*empty must hold/,
    ],
    [
      'without an owner token',
      () => ({ ...env, OWNER_TOKEN_FILE: join(folder, 'none') }),
      /OWNER_TOKEN_FILE: .*none must hold/,
    ],
    [
      'with the ring that opens keys',
      () => ({ ...env, VAULT_PUBLIC_KEYS_FILE: join(folder, 'private') }),
      /is it the private one/,
    ],
    [
      'without a database',
      () => ({ ...env, DATABASE_URL: 'postgres://me:hunter2@127.0.0.1:1/x' }),
      /Can't reach database/,
    ],
  ])('%s', async (_, variables, reason) => {
    const api = start(variables());
    expect(await api.exited).toBe(1);
    expect(api.output()).toMatch(reason);
    expect(api.output()).not.toMatch(/hunter2|\n\s+at /);
  });

  it('on a port that is in use', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const api = start({ ...env, PORT: String(port) });
    expect(await api.exited).toBe(1);
    expect(api.output()).toContain(`Port ${port} is in use.`);
    other.close();
  });
});

describe('the API ends in order', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('at %s, also under an open event stream', async (signal) => {
    const api = await startReady();
    const stream = await fetch(`${api.url}/v1/events`, { headers: authorization });
    expect(stream.status).toBe(200);
    api.child.kill(signal);
    expect(await api.exited).toBe(0);
  });

  it('when whoever started it is gone', async () => {
    const api = await startReady();
    api.child.disconnect();
    expect(await api.exited).toBe(0);
  });

  it('after the requests that had begun', async () => {
    const api = await startReady();
    const { hostname, port } = new URL(api.url);
    const socket = connect(Number(port), hostname).setEncoding('utf8');
    let answer = '';
    socket.on('data', (text) => {
      answer += String(text);
    });
    const body = '{"display_name":"Late"}';
    const head = ['PATCH /v1/me HTTP/1.1', 'host: localhost', `authorization: Bearer ${token}`];
    socket.write(
      `${[...head, 'content-type: application/json', `content-length: ${body.length}`].join('\r\n')}\r\n\r\n`,
    );
    socket.write(body.slice(0, 5));
    await waitFor('the request to have begun', async () => (await fetch(`${api.url}/healthz`)).ok);
    api.child.kill('SIGTERM');
    await waitFor('the API to stop listening', () =>
      fetch(`${api.url}/healthz`).then(
        () => false,
        () => true,
      ),
    );
    socket.write(body.slice(5));
    expect(await api.exited).toBe(0);
    expect(answer).toMatch(/^HTTP\/1.1 200 [\s\S]*"display_name":"Late"/);
  });
});

describe('what the API writes', () => {
  it('is one JSON object a line, without the token that it was called with', async () => {
    const api = await startReady();
    await fetch(`${api.url}/v1/me`, { headers: authorization });
    api.child.kill('SIGTERM');
    await api.exited;
    for (const line of api.output().trim().split('\n'))
      expect(JSON.parse(line)).toMatchObject({ name: 'api' });
    expect(api.output()).not.toContain(token);
  });
});
