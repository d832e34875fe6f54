import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ORIGIN, startTestApi, type TestApi } from './support/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ LOG_LEVEL: 'trace' });
});
afterAll(() => api?.close());

const lines = () =>
  api
    .logs()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('the log', () => {
  it('has one line for a request, which tells what came of it', async () => {
    const { headers } = await api.call('GET', '/v1/me');
    expect(lines().filter((line) => line['reqId'] === headers['x-request-id'])).toEqual([
      expect.objectContaining({
        method: 'GET',
        path: '/v1/me',
        status: 200,
        ms: expect.any(Number),
        msg: 'request',
      }),
    ]);
  });

  it('never holds a prompt, a search, a secret, a cookie or a token', async () => {
    const { as } = await api.addPerson();
    const secret = 'eyJlogcanary0123456789';
    await api.call('POST', '/v1/keys', { as, body: { provider: 'genaipro', secret } });
    await api.call('POST', '/v1/keys', { as, body: { provider: 'genaipro', secret, [secret]: 1 } });
    await api.call('POST', '/v1/keys', {
      as,
      body: { provider: 'genaipro', secret: 'sk-logcanary-malformed' },
    });
    await api.call('GET', '/v1/generations?q=purple-dinosaur', { as });
    const generation = {
      model: 'genaipro/veo',
      kind: 'text_to_video',
      prompt: 'purple-dinosaur',
      key_id: as.cookie,
    };
    await api.call('POST', '/v1/generations', { as, body: generation });
    await api.call('POST', '/auth/launch', {
      as: { origin: ORIGIN },
      body: { token: 'vgo_logcanary_wrong' },
    });
    const { headers } = await api.call('POST', '/auth/launch', {
      as: { origin: ORIGIN },
      body: { token: api.ownerToken },
    });
    const cookie = String(headers['set-cookie']).split(/[=;]/)[1] ?? '';
    expect(cookie).toHaveLength(43);
    const text = api.logs();
    for (const hidden of [
      'logcanary',
      'purple-dinosaur',
      api.ownerToken,
      cookie,
      as.cookie.split('=')[1] ?? '',
    ]) {
      expect(text).not.toContain(hidden);
    }
  });

  it('tells of a fault of ours with its cause, and the client only where to ask', async () => {
    await api.db.$executeRaw`alter table projects rename to projects_away`;
    const { status, text, body } = await api.call('GET', '/v1/projects');
    await api.db.$executeRaw`alter table projects_away rename to projects`;
    expect([status, body['code']]).toEqual([500, 'internal']);
    expect(text).not.toMatch(/projects|prisma|select/i);
    const fault = lines().find(
      (line) => line['reqId'] === body['request_id'] && line['msg'] === 'request failed',
    );
    expect(JSON.stringify(fault)).toMatch(/projects/);
  });
});
