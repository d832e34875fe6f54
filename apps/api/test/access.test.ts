import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ORIGIN, startTestApi, type TestApi } from './support/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api?.close());

const anonymous = { as: {} };

async function launch(headers: Record<string, string> = {}) {
  const { headers: answer } = await api.call('POST', '/auth/launch', {
    as: { origin: ORIGIN, ...headers },
    body: { token: api.ownerToken },
  });
  const cookie = String(answer['set-cookie']);
  return { cookie: cookie.split(';')[0] ?? '', attributes: cookie };
}

describe('the launch link', () => {
  it('signs a browser in with a cookie that scripts and other sites cannot use', async () => {
    const { cookie, attributes } = await launch();
    expect(cookie).toMatch(/^veogate_8080=[\w-]{43}$/);
    expect(attributes).toMatch(/HttpOnly/);
    expect(attributes).toMatch(/SameSite=Lax/);
    expect((await api.call('GET', '/v1/me', { as: { cookie } })).body).toMatchObject({
      display_name: 'Owner',
      role: 'admin',
    });
  });

  it('gives a new session id at every sign-in, and ends the one before', async () => {
    const first = await launch();
    const second = await launch({ cookie: first.cookie });
    expect(second.cookie).not.toBe(first.cookie);
    expect((await api.call('GET', '/v1/me', { as: { cookie: first.cookie } })).status).toBe(401);
    expect((await api.call('GET', '/v1/me', { as: { cookie: second.cookie } })).status).toBe(200);
  });

  it('refuses a wrong token, and writes it down', async () => {
    const { status, headers } = await api.call('POST', '/auth/launch', {
      as: { origin: ORIGIN },
      body: { token: 'vgo_wrong' },
    });
    expect(status).toBe(401);
    expect(headers['set-cookie']).toBeUndefined();
    expect(
      await api.db.auditEvent.count({ where: { action: 'sign_in.refused', outcome: 'denied' } }),
    ).toBeGreaterThan(0);
  });

  it('is ended by signing out, with the keys that were to last as long', async () => {
    const { cookie } = await launch();
    const as = { cookie, origin: ORIGIN };
    const key = await api.call<{ id: string }>('POST', '/v1/keys', {
      as,
      body: { provider: 'genaipro', secret: 'eyJsessionkey', scope: 'session' },
    });
    expect(key.status).toBe(201);
    expect((await api.call('POST', '/auth/logout', { as })).status).toBe(204);
    expect((await api.call('GET', '/v1/me', { as })).status).toBe(401);
    expect((await api.call('GET', `/v1/keys/${key.body.id}`)).body['state']).toBe('retired');
  });
});

describe('who may call', () => {
  it.each([
    ['GET', '/v1/me'],
    ['GET', '/v1/keys'],
    ['POST', '/v1/keys'],
    ['GET', '/v1/projects'],
    ['POST', '/v1/uploads'],
    ['POST', '/v1/estimates'],
    ['GET', '/v1/generations'],
    ['POST', '/v1/generations'],
    ['GET', '/v1/events'],
  ] as const)('%s %s needs somebody signed in', async (method, url) => {
    const { status, body, headers } = await api.call(method, url, anonymous);
    expect([status, body['code']]).toEqual([401, 'unauthenticated']);
    expect(headers['content-type']).toContain('application/problem+json');
  });

  it.each([
    {},
    { authorization: 'Bearer ' },
    { authorization: 'Bearer vgo_x' },
    { authorization: 'Basic x' },
    { cookie: 'veogate_8080=x' },
  ])('%o is nobody', async (as) => {
    expect((await api.call('GET', '/v1/me', { as })).status).toBe(401);
  });

  it('a suspended person is let in nowhere, at once, and told why', async () => {
    const { user, as } = await api.addPerson();
    expect((await api.call('GET', '/v1/keys', { as })).status).toBe(200);
    const data = { state: 'suspended', suspendedReason: 'Too many requests.' } as const;
    await api.db.user.update({ where: { id: user.id }, data });
    const { status, body } = await api.call('GET', '/v1/keys', { as });
    expect([status, body['code']]).toEqual([403, 'suspended']);
    expect((await api.call('GET', '/v1/me', { as })).body).toMatchObject({
      state: 'suspended',
      suspension: { reason: 'Too many requests.', until: null },
    });
  });

  it('only an admin gets into a closed service', async () => {
    const { as } = await api.addPerson();
    await api.db.serviceMode.update({ where: { id: 1 }, data: { mode: 'closed' } });
    const [member, owner] = [await api.call('GET', '/v1/me', { as }), await api.call('GET', '/v1/me')];
    await api.db.serviceMode.update({ where: { id: 1 }, data: { mode: 'open' } });
    expect([member.status, owner.status]).toEqual([503, 200]);
  });

  it('nobody makes himself an admin', async () => {
    const { as } = await api.addPerson();
    const { status, body } = await api.call('PATCH', '/v1/me', { as, body: { role: 'admin' } });
    expect([status, body['code']]).toEqual([400, 'invalid_request']);
    expect((await api.call('PATCH', '/v1/me', { as, body: { display_name: ' Ada ' } })).body).toMatchObject({
      display_name: 'Ada',
      role: 'member',
    });
  });
});

describe('where a request may come from', () => {
  it.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '192.168.1.7:8080',
    '[fe80::1]',
  ])('Host %s is refused', async (host) => {
    expect((await api.call('GET', '/v1/meta', { headers: { host } })).body['code']).toBe('host_refused');
  });

  it.each(['localhost:8080', '127.0.0.1:8080', '[::1]:8080', 'LOCALHOST'])(
    'Host %s is ours',
    async (host) => {
      expect((await api.call('GET', '/v1/meta', { headers: { host } })).status).toBe(200);
    },
  );

  it.each([
    { origin: 'https://evil.example' },
    { origin: 'http://localhost:3000' },
    { origin: 'null' },
    { 'sec-fetch-site': 'same-site' },
    { origin: ORIGIN, 'sec-fetch-site': 'cross-site' },
  ])('a change from %o is refused, though it carries the cookie', async (headers) => {
    const { cookie } = await launch();
    const as = { cookie, ...headers } as Record<string, string>;
    const { status, body } = await api.call('PATCH', '/v1/me', { as, body: { display_name: 'Mallory' } });
    expect([status, body['code']]).toEqual([403, 'origin_refused']);
  });

  it('a change with a cookie and without an origin is refused', async () => {
    const { cookie } = await launch();
    expect((await api.call('PATCH', '/v1/me', { as: { cookie }, body: { display_name: 'x' } })).status).toBe(
      403,
    );
  });
});

describe('errors', () => {
  it('are problem+json with a code, an advice and the request’s id', async () => {
    const { status, body, headers } = await api.call('GET', '/v1/nothing');
    expect(status).toBe(404);
    expect(body).toMatchObject({
      code: 'not_found',
      status: 404,
      title: expect.any(String),
      advice: expect.any(String),
    });
    expect(body['request_id']).toBe(headers['x-request-id']);
  });

  it('name the methods that an address takes', async () => {
    const { status, headers, body } = await api.call('PUT', '/v1/keys/0198f0aa-0000-7000-8000-000000000000');
    expect([status, body['code']]).toEqual([405, 'method_not_allowed']);
    expect(headers['allow']).toContain('DELETE');
  });

  it.each([
    ['{"a":', 'application/json', 400, 'invalid_request'],
    ['<a/>', 'application/xml', 415, 'unsupported_media_type'],
    [`{"label":"${'x'.repeat(300 * 1024)}"}`, 'application/json', 413, 'payload_too_large'],
  ])('say what is wrong with a body', async (payload, type, status, code) => {
    const answer = await api.app.inject({
      method: 'POST',
      url: '/v1/keys',
      headers: { host: 'localhost:8080', authorization: `Bearer ${api.ownerToken}`, 'content-type': type },
      payload,
    });
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
  });

  it('never take the client’s word for the request’s id', async () => {
    const { headers } = await api.call('GET', '/v1/meta', { headers: { 'x-request-id': 'mine' } });
    expect(headers['x-request-id']).not.toBe('mine');
  });
});

describe('what every answer carries', () => {
  it('keeps it out of caches, search engines and frames', async () => {
    const { headers } = await api.call('GET', '/v1/me');
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(headers['server']).toBeUndefined();
    expect(headers['x-powered-by']).toBeUndefined();
  });
});

describe('the description of the API', () => {
  it('is OpenAPI 3.1, and knows every route', async () => {
    const { body } = await api.call<{ openapi: string; paths: Record<string, object> }>(
      'GET',
      '/docs/json',
      anonymous,
    );
    expect(body.openapi).toBe('3.1.0');
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining([
        '/v1/me',
        '/v1/keys/{id}',
        '/v1/uploads',
        '/v1/generations/{id}/outputs/{n}',
        '/v1/events',
        '/healthz',
      ]),
    );
    expect((await api.call('GET', '/docs', anonymous)).status).toBeLessThan(400);
  });
});

describe('the probes', () => {
  it('tell that the process lives and can serve', async () => {
    expect((await api.call('GET', '/healthz', anonymous)).body).toEqual({ status: 'ok' });
    expect((await api.call('GET', '/readyz', anonymous)).body).toEqual({
      status: 'ready',
      database: true,
      queue: { backend: 'postgres', reachable: true },
      rate_limits: 'this_process',
      storage: true,
      mode: 'open',
    });
  });
});
