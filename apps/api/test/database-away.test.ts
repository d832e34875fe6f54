import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './support/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  await api.call('GET', '/v1/me');
  await api.database.drop();
});
afterAll(() => api?.close());

describe('while the database is away', () => {
  it.each([
    ['GET', '/v1/me'],
    ['GET', '/v1/meta'],
    ['GET', '/v1/generations'],
    ['POST', '/auth/launch'],
  ] as const)('%s %s says so, and when to come back', async (method, url) => {
    const body = method === 'POST' ? { token: 'x' } : undefined;
    const answer = await api.call(method, url, body && { body });
    expect([answer.status, answer.body['code']]).toEqual([503, 'unavailable']);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(answer.text).not.toMatch(/postgres|prisma|test_/i);
  });

  it('the process is alive, and not ready', async () => {
    expect((await api.call('GET', '/healthz')).status).toBe(200);
    const { status, body } = await api.call('GET', '/readyz');
    expect([status, body]).toEqual([
      503,
      {
        status: 'not_ready',
        database: false,
        queue: { backend: 'postgres', reachable: false },
        rate_limits: 'this_process',
        storage: true,
        mode: null,
      },
    ]);
  });
});
