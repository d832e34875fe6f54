import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startTestApi, type TestApi } from './support/api.ts';

const PROFILE = { ACCESS_PROFILE: 'invite', PUBLIC_URL: 'https://veogate.test' };

/** Asks as a peer at an address, past any proxy. */
const askFrom = (api: TestApi, remoteAddress: string, url: string, headers: Record<string, string> = {}) =>
  api.app.inject({ method: 'GET', url, remoteAddress, headers: { host: 'veogate.test', ...headers } });

describe('TRUSTED_PROXIES', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi({
      ...PROFILE,
      TRUSTED_PROXIES: '10.0.0.0/8,fd00::/8',
      LIMIT_ANONYMOUS: '3',
      LIMIT_VIOLATIONS: '0',
    });
  });
  afterAll(() => api?.close());
  const addressOf = async (peer: string, forwarded: string) => {
    const path = `/v1/none-${peer}-${forwarded}`.replaceAll(/[^\w/-]/g, '_');
    await askFrom(api, peer, path, { 'x-forwarded-for': forwarded });
    const line = api
      .logs()
      .split('\n')
      .find((text) => text.includes(`"${path}"`) && text.includes('"address"'));
    return JSON.parse(line ?? '{}').address as string;
  };

  it.each([
    ['an untrusted peer may claim what it likes', '192.0.2.1', '198.51.100.1', '192.0.2.1'],
    ['a proxy tells whom it speaks for', '10.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['proxies are walked from the right', '10.0.0.1', '1.1.1.1, 198.51.100.1, 10.1.1.1', '198.51.100.1'],
    ['a proxy of IPv6', 'fd00::1', '2001:db8::1', '2001:db8::1'],
    ['a neighbour of a proxy is none', '11.0.0.1', '198.51.100.1', '11.0.0.1'],
  ])('%s', async (_, peer, forwarded, expected) => {
    expect(await addressOf(peer, forwarded)).toBe(expected);
  });

  it.each(['1:2:3:4:5:6:7:8:9:10::1', '1:2', ':::::', 'unknown'])(
    'may pass on what is no address: %s',
    async (nonsense) => {
      const answer = await askFrom(api, '10.0.0.1', '/v1/meta', { 'x-forwarded-for': nonsense });
      expect(answer.statusCode).toBe(200);
    },
  );

  it('make one bucket of an untrusted peer that claims another address each time', async () => {
    const seen: number[] = [];
    for (let i = 0; i < 10; i++) {
      const answer = await askFrom(api, '192.0.2.77', '/v1/meta', { 'x-forwarded-for': `198.51.100.${i}` });
      seen.push(answer.statusCode);
    }
    expect(seen.filter((status) => status === 200)).toHaveLength(3);
  });

  it('do not let anybody change the host or the scheme', async () => {
    const lies = { 'x-forwarded-host': 'evil.test', 'x-forwarded-proto': 'http' };
    const { as } = await api.addPerson();
    const cross = await api.call('POST', '/auth/logout', {
      as: { ...as, origin: 'https://evil.test' },
      headers: lies,
    });
    expect([cross.status, cross.body['code']]).toEqual([403, 'origin_refused']);
    const own = await api.call('POST', '/auth/logout', { as, headers: lies });
    expect(own.status).toBe(204);
    expect(String(own.headers['set-cookie'])).toMatch(/^__Host-veogate=.*Secure/);
    const refused = await askFrom(api, '10.0.0.1', '/v1/meta', { host: 'evil.test', ...lies });
    expect(refused.statusCode).toBe(421);
  });

  it.each([
    ['true', 'true'],
    ['1', '1'],
    ['10.0.0.0/33', '10.0.0.0/33'],
    ['::/129', '::/129'],
    ['loopback', 'loopback'],
    ['10.0.0.0/8/8', '10.0.0.0/8/8'],
  ])('must be networks: %s is none', async (entry, named) => {
    const starting = startTestApi({ ...PROFILE, TRUSTED_PROXIES: `10.0.0.1,${entry}` });
    await expect(starting).rejects.toThrow(`TRUSTED_PROXIES: "${named}" is not a network`);
  });

  it('are named together with every other entry that is wrong', async () => {
    const starting = startTestApi({ ...PROFILE, TRUSTED_PROXIES: 'a', ALLOWED_NETWORKS: 'b c' });
    await expect(starting).rejects.toThrow(/TRUSTED_PROXIES: "a"[\s\S]*ALLOWED_NETWORKS: "b"[\s\S]*"c"/);
  });
});

describe('ALLOWED_NETWORKS', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi({ ...PROFILE, ALLOWED_NETWORKS: '10.8.0.0/16 fd00:8::/32' });
  });
  afterAll(() => api?.close());

  it.each(['10.8.1.2', '::ffff:10.8.1.2', 'fd00:8::1'])('let %s in', async (peer) => {
    expect((await askFrom(api, peer, '/v1/meta')).statusCode).toBe(200);
  });

  it.each(['10.9.0.1', '::ffff:10.9.0.1', 'fd00:9::1', '127.0.0.1'])('keep %s out', async (peer) => {
    for (const url of ['/v1/meta', '/', '/v1/me', '/nothing', '/docs']) {
      const answer = await askFrom(api, peer, url);
      expect([answer.statusCode, answer.json().code]).toEqual([403, 'network_refused']);
    }
  });

  it('leave health to whoever watches over the process on its machine', async () => {
    const own = { host: '127.0.0.1:8080' };
    expect((await askFrom(api, '127.0.0.1', '/healthz', own)).statusCode).toBe(200);
    expect((await askFrom(api, '10.9.0.1', '/healthz', own)).statusCode).toBe(403);
  });

  it('are not opened by a header', async () => {
    const headers = { 'x-forwarded-for': '10.8.1.2' };
    expect((await askFrom(api, '10.9.0.1', '/v1/meta', headers)).statusCode).toBe(403);
  });
});

describe('what changes something', () => {
  it.each([
    ['local', {}],
    ['invite', PROFILE],
  ])('must come from our own pages, in profile %s', async (_, env) => {
    const api = await startTestApi(env);
    onTestFinished(() => api.close());
    const as = await api.signIn(api.owner.id);
    const foreign: Record<string, string>[] = [
      { cookie: as.cookie, origin: 'https://evil.test' },
      { cookie: as.cookie, origin: 'null' },
      { cookie: as.cookie },
      { ...as, 'sec-fetch-site': 'cross-site' },
      { ...as, 'sec-fetch-site': 'same-site' },
      { ...as, 'sec-fetch-site': 'none' },
    ];
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
      for (const headers of foreign) {
        const { status, body } = await api.call(method, '/v1/me', { as: headers, body: {} });
        expect([method, status, body['code']]).toEqual([method, 403, 'origin_refused']);
      }
    }
    const own = { ...as, 'sec-fetch-site': 'same-origin' };
    const renamed = await api.call('PATCH', '/v1/me', { as: own, body: { display_name: 'Ada' } });
    expect(renamed.status).toBe(200);
  });
});

describe('what a foreign page has a browser ask for', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi({ ...PROFILE, LIMIT_ANONYMOUS: '2', LIMIT_USER: '2' });
  });
  afterAll(() => api?.close());
  const page = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };

  it.each(['cross-site', 'same-site'])(
    'is refused, and not counted against them, when it is %s',
    async (site) => {
      const { as } = await api.addPerson();
      for (const more of [
        { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
        { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' },
        { ...page, 'sec-fetch-dest': 'iframe' },
      ]) {
        for (const who of [{}, as]) {
          for (const url of ['/v1/me', '/v1/meta', '/auth/oidc', '/v1/events']) {
            const answer = await api.call('GET', url, { as: { ...who, ...more, 'sec-fetch-site': site } });
            expect([answer.status, answer.body['code']]).toEqual([403, 'origin_refused']);
          }
        }
      }
      const own = { ...as, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' };
      expect((await api.call('GET', '/v1/me', { as: own })).status).toBe(200);
    },
  );

  it('is answered where a link leads here', async () => {
    const { status } = await api.call('GET', '/v1/meta', { as: { ...page, 'sec-fetch-site': 'cross-site' } });
    expect(status).toBe(200);
  });
});
