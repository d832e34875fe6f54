import { describe, expect, it } from 'vitest';
import { adapterOf, CALL, SECRET, submit, withSimulator } from './support/genaipro.ts';
import { type Reply, serve } from './support/servers.ts';

async function check(reply: Reply) {
  const { url, seen } = await serve(() => reply);
  const report = await adapterOf(url).checkKey(CALL);
  expect(seen.map(({ method, url: path }) => `${method} ${path}`)).toEqual(['GET /v2/veo/credits']);
  return report;
}

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

describe('the free check of a key', () => {
  it.each<[string, unknown, object]>([
    ['one package', [{ quota: 100, used: 23, expires_at: null }], { total: 100, used: 23, expires_at: null }],
    ['no package', [], { total: 0, used: 0, expires_at: null }],
    [
      'several: their sum, and the first to expire of those with something left',
      [
        { quota: 100, used: 100, expires_at: '2999-01-01T00:00:00Z' },
        { quota: 50, used: 10, expires_at: '2999-03-01T00:00:00Z' },
        { quota: 10, used: 1, expires_at: '2999-02-01T00:00:00Z' },
        { quota: 5, used: 0, expires_at: null },
        { quota: 7, used: 0, expires_at: '2001-01-01T00:00:00Z' },
      ],
      { total: 172, used: 111, expires_at: '2999-02-01T00:00:00Z' },
    ],
    [
      'only spent ones: when the last expires',
      [
        { quota: 1, used: 1, expires_at: '2999-01-01T00:00:00Z' },
        { quota: 1, used: 1, expires_at: '2999-02-01T00:00:00Z' },
      ],
      { total: 2, used: 2, expires_at: '2999-02-01T00:00:00Z' },
    ],
  ])('accepts: %s', async (_what, body, quota) => {
    expect(await check({ body: JSON.stringify(body) })).toEqual({ state: 'accepted', quota });
  });

  it.each([
    ['{"error":"token_is_empty"}', 'key_invalid'],
    ['{"error":"invalid_token"}', 'key_invalid'],
    ['{"error":"invalid_api_key"}', 'key_invalid'],
    ['No access token found', 'key_refused'],
  ])('refuses: 401 %s is %s', async (body, code) => {
    expect(await check({ status: 401, body })).toMatchObject({ state: 'refused', failure: { code } });
  });

  it.each<[string, Reply]>([
    ['a web page with 200', { body: '<html></html>' }],
    ['something else with 200', { body: '{"quota":1}' }],
    ['numbers that are none', { body: '[{"quota":"many","used":0}]' }],
    ['a web page with 401', { status: 401, body: '<html></html>' }],
    ['a 401 in other words', { status: 401, body: '{"error":"try later"}' }],
    ['the 1010 page', { status: 403, body: '<html></html>' }],
    ['500', { status: 500, body: '{"error":"x"}' }],
  ])('says nothing: %s', async (_what, reply) => {
    expect(await check(reply)).toEqual({ state: 'unclear', reason: expect.any(String) });
  });

  it('says when to ask again', async () => {
    expect(await check({ status: 429, headers: { 'retry-after': '3' } })).toMatchObject({
      state: 'unclear',
      retryAfterMs: 3_000,
    });
  });

  it('never throws where nobody answers', async () => {
    expect(await adapterOf('http://127.0.0.1:1').checkKey(CALL)).toMatchObject({ state: 'unclear' });
  });

  it('refuses a key that cannot stand in a header, without a call', async () => {
    const { url, seen } = await serve(() => ({}));
    const report = await adapterOf(url).checkKey({ secret: 'eyJ\u0000' });
    expect(report).toMatchObject({ state: 'refused', failure: { code: 'key_invalid' } });
    expect(seen).toEqual([]);
  });

  it('reads what the simulator tells', async () => {
    const { simulator, provider } = await withSimulator();
    const expires = inDays(30);
    simulator.configureKey(SECRET, { quota: 40, expiresAt: expires });
    await submit(provider, { count: 2 });
    expect(await provider.checkKey(CALL)).toEqual({
      state: 'accepted',
      quota: { total: 40, used: 2, expires_at: expires },
    });
    simulator.setFaults([{ name: 'poll_no_access_token', endpoint: 'credits' }]);
    expect(await provider.checkKey(CALL)).toMatchObject({
      state: 'refused',
      failure: { code: 'key_refused' },
    });
    simulator.clearFaults();
    simulator.configureKey(SECRET, { status: 'revoked' });
    expect(await provider.checkKey(CALL)).toMatchObject({
      state: 'refused',
      failure: { code: 'key_invalid' },
    });
  });
});
