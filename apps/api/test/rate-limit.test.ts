import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startTestApi, type TestApi } from './support/api.ts';

const PROFILE = { ACCESS_PROFILE: 'invite', PUBLIC_URL: 'https://veogate.test', LIMIT_VIOLATIONS: '0' };
const LIMITS = {
  ...PROFILE,
  TRUSTED_PROXIES: '127.0.0.1',
  LIMIT_ANONYMOUS: '5',
  LIMIT_USER: '8',
  LIMIT_ADDRESS: '20',
  LIMIT_UPLOADS: '2',
};

const from = (address: string) => ({ 'x-forwarded-for': address });
const meta = (api: TestApi, address: string, headers: Record<string, string> = {}) =>
  api.call('GET', '/v1/meta', { as: {}, headers: { ...from(address), ...headers } });
async function statuses(times: number, ask: (index: number) => Promise<{ status: number }>) {
  const seen: number[] = [];
  for (let i = 0; i < times; i++) seen.push((await ask(i)).status);
  return seen.filter((status) => status === 429).length;
}

describe('the tiers of rate limits', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi(LIMITS);
  });
  afterAll(() => api?.close());

  it('counts an address that is not signed in, and says how long to wait', async () => {
    const first = await meta(api, '192.0.2.1');
    expect(first.headers['ratelimit']).toMatch(/^"anonymous";r=4;t=60$/);
    expect(first.headers['ratelimit-policy']).toBe('"anonymous";q=5;w=60');
    expect(await statuses(5, () => meta(api, '192.0.2.1'))).toBe(1);
    const { status, headers, body } = await meta(api, '192.0.2.1');
    expect([status, body['code']]).toEqual([429, 'rate_limited']);
    expect(body['detail']).toMatch(/^Rate limit exceeded\. Please wait (\d+ seconds|1 minute)\.$/);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(headers['ratelimit']).toMatch(/^"anonymous";r=0;t=\d+$/);
    expect((await meta(api, '192.0.2.2')).status).toBe(200);
  });

  it('counts 1,000 addresses of one /64 as one, and IPv4 as IPv4 however it came', async () => {
    const refused = await statuses(1_000, (i) => meta(api, `2001:db8::${i.toString(16)}:1`));
    expect(refused).toBe(995);
    expect((await meta(api, '2001:db8:0:1::1')).status).toBe(200);
    expect(await statuses(5, () => meta(api, '192.0.2.3'))).toBe(0);
    expect((await meta(api, '::ffff:192.0.2.3')).status).toBe(429);
  });

  it('counts a user from wherever they come', async () => {
    const { as } = await api.addPerson();
    const ask = (i: number) => api.call('GET', '/v1/me', { as: { ...as, ...from(`198.51.100.${i}`) } });
    expect(await statuses(9, ask)).toBe(1);
    const other = await api.addPerson();
    expect((await api.call('GET', '/v1/me', { as: other.as })).status).toBe(200);
  });

  it('counts whoever shows a session that is none as not signed in', async () => {
    const ask = (i: number) =>
      api.call('GET', '/v1/me', { as: { cookie: `__Host-veogate=guess${i}`, ...from('192.0.2.9') } });
    expect(await statuses(6, ask)).toBe(1);
  });

  it.each([{ cookie: '__Host-veogate=guess' }, { authorization: 'Bearer guess' }])(
    'counts %o as not signed in also where anyone may read',
    async (guess) => {
      const address = from(`203.0.113.${'cookie' in guess ? 1 : 2}`);
      const ask = () => api.call('GET', '/v1/meta', { as: { ...guess, ...address } });
      expect(await statuses(6, ask)).toBe(1);
      const { as } = await api.addPerson();
      expect((await api.call('GET', '/v1/meta', { as: { ...as, ...address } })).status).toBe(200);
    },
  );

  it('counts an address whoever uses it', async () => {
    const people = await Promise.all(Array.from({ length: 3 }, () => api.addPerson()));
    const ask = (i: number) =>
      api.call('GET', '/v1/me', { as: { ...people[i % 3]?.as, ...from('192.0.2.50') } });
    expect(await statuses(22, ask)).toBe(2);
  });

  it('counts uploads by themselves', async () => {
    const { as } = await api.addPerson();
    const upload = (i: number) =>
      api.call('POST', '/v1/uploads', { as: { ...as, ...from(`198.51.100.${100 + i}`) }, body: {} });
    expect(await statuses(3, upload)).toBe(1);
    expect((await api.call('GET', '/v1/me', { as })).status).toBe(200);
  });

  it('does not count health, nor the page', async () => {
    for (const path of ['/healthz', '/readyz', '/', '/assets/index-none.js']) {
      const ask = () => api.call('GET', path, { as: from('192.0.2.60') });
      expect(await statuses(25, ask)).toBe(0);
    }
  });
});

describe('at home', () => {
  it('there is no limit', async () => {
    const home = await startTestApi();
    onTestFinished(() => home.close());
    const { headers } = await home.call('GET', '/v1/meta');
    expect(headers['ratelimit']).toBeUndefined();
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('There is no port.');
  return address.port;
}

async function startRedis(port: number): Promise<ChildProcess> {
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  for await (const chunk of child.stdout ?? []) {
    said += String(chunk);
    if (/ready to accept connections/i.test(said)) break;
  }
  return child;
}
const stop = async (child: ChildProcess) => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
};

describe.runIf(process.env['TEST_REDIS_URL'])('with Redis', () => {
  it('counts of all processes together; by itself while Redis is away or hangs; together again after that', async () => {
    const port = await freePort();
    const redises = [await startRedis(port)];
    onTestFinished(async () => {
      for (const child of redises) await stop(child);
    });
    const one = await startTestApi({ ...LIMITS, REDIS_URL: `redis://127.0.0.1:${port}` });
    onTestFinished(() => one.close());
    const two = await startTestApi({
      ...LIMITS,
      REDIS_URL: `redis://127.0.0.1:${port}`,
      DATABASE_URL: one.database.url,
    });
    onTestFinished(() => two.close());
    const isCounted = (api: TestApi, where: string) =>
      vi.waitFor(
        async () => {
          await meta(api, '203.0.113.99');
          expect((await api.call('GET', '/readyz')).body['rate_limits']).toBe(where);
        },
        { timeout: 20_000, interval: 100 },
      );
    await isCounted(one, 'shared');
    await isCounted(two, 'shared');
    const inTurn = (address: string) => (i: number) => meta(i % 2 ? one : two, address);
    expect(await statuses(8, inTurn('203.0.113.1'))).toBe(3);

    await stop(redises[0] as ChildProcess);
    // Each by itself: twice as many come through, and neither none nor all.
    expect(await statuses(16, inTurn('203.0.113.2'))).toBe(6);
    await isCounted(one, 'this_process');
    expect(one.logs().split('each process counts rate limits by itself')).toHaveLength(2);

    redises.push(await startRedis(port));
    await isCounted(one, 'shared');
    await isCounted(two, 'shared');
    expect(await statuses(8, inTurn('203.0.113.3'))).toBe(3);

    // It takes connections and answers nothing.
    redises[1]?.kill('SIGSTOP');
    expect(await statuses(16, inTurn('203.0.113.4'))).toBe(6);
    redises[1]?.kill('SIGCONT');
    await isCounted(one, 'shared');
  }, 60_000);
});
