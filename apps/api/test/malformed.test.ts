import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './support/api.ts';

let api: TestApi;
let port: number;

beforeAll(async () => {
  api = await startTestApi();
  port = Number(new URL(await api.app.listen({ host: '127.0.0.1', port: 0 })).port);
});
afterAll(() => api?.close());

interface Refusal extends Record<string, unknown> {
  code: string;
  errors: { field: string; message: string; allowed?: string[] }[];
}
const refused = (method: 'GET' | 'POST' | 'PATCH', url: string, body?: unknown) =>
  api.call<Refusal>(method, url, body === undefined ? {} : { body });

describe('a body that does not fit', () => {
  it('is answered with every field that is wrong, its rule, and what would be right', async () => {
    const body = { provider: 'x', secret: 4, surprise: true };
    const { status, body: answer } = await refused('POST', '/v1/keys', body);
    expect(status).toBe(400);
    expect(answer.errors).toEqual([
      { field: 'surprise', message: 'surprise is not known here.' },
      {
        field: 'provider',
        message: 'provider must be one of: genaipro, demo.',
        allowed: ['genaipro', 'demo'],
      },
      { field: 'secret', message: 'secret must be text.' },
    ]);
  });

  it('names a missing field, and a blank one', async () => {
    expect((await refused('PATCH', '/v1/me', {})).body.errors[0]?.message).toBe('display_name is missing.');
    const blank = await refused('PATCH', '/v1/me', { display_name: '  ' });
    expect(blank.body.errors[0]?.message).toBe('display_name is blank.');
  });

  it('with thousands of unknown fields is answered with some of them', async () => {
    const body = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`field${n}`, n]));
    const { status, body: answer } = await refused('PATCH', '/v1/me', body);
    expect(status).toBe(400);
    expect(answer.errors.length).toBeLessThanOrEqual(20);
  });

  it.each([
    ['a zero byte', 'a\u0000b'],
    ['half of a character', 'a\ud800b'],
  ])('because of %s in its text is refused before it reaches the database', async (_, text) => {
    const name = await refused('PATCH', '/v1/me', { display_name: text });
    expect([name.status, name.body.errors[0]?.field]).toEqual([400, 'display_name']);
    const metadata = { model: 'genaipro/veo', kind: 'text_to_video', prompt: 'x', key_id: api.owner.id };
    const nested = await refused('POST', '/v1/generations', { ...metadata, metadata: { [`k${text}`]: 'v' } });
    expect(nested.status).toBe(400);
    const deep = await refused('POST', '/v1/generations', { ...metadata, metadata: { k: text } });
    expect(deep.body.errors[0]?.field).toBe('metadata.k');
  });

  it.each([
    ['poisoned', '{"display_name":"x","__proto__":{"role":"admin"}}'],
    ['nested a hundred thousand times', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['null', 'null'],
    ['cut off', '{"display_name":'],
    ['empty', ''],
  ])('because it is %s gets 400', async (_, payload) => {
    for (const url of ['/v1/me', `/v1/generations/${api.owner.id}/cancel`]) {
      const answer = await api.app.inject({
        method: url === '/v1/me' ? 'PATCH' : 'POST',
        url,
        headers: {
          host: 'localhost',
          authorization: `Bearer ${api.ownerToken}`,
          'content-type': 'application/json',
        },
        payload,
      });
      expect(answer.statusCode).toBeGreaterThanOrEqual(400);
      expect(answer.statusCode).toBeLessThan(500);
    }
  });

  it('is not taken from a form that any page may send', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
      const { status, body } = await api.call<Refusal>('PATCH', '/v1/me', {
        body: 'display_name=x',
        headers: { 'content-type': type },
      });
      expect([status, body.code]).toEqual([415, 'unsupported_media_type']);
    }
  });
});

describe('an address that does not fit', () => {
  it.each([
    ['/v1/keys?limit=0', 'limit'],
    ['/v1/keys?limit=101', 'limit'],
    ['/v1/keys?limit=ten', 'limit'],
    ['/v1/keys?limit=1&limit=2', 'limit'],
    ['/v1/keys?after=x', 'after'],
    ['/v1/projects?after=%27%20or%201=1', 'after'],
    ['/v1/generations?after=x', 'after'],
    ['/v1/generations?q=%00', 'q'],
    ['/v1/keys?page=2', 'page'],
    ['/v1/keys/1', 'id'],
    ['/v1/keys/urn:uuid:00000000-0000-0000-0000-000000000000', 'id'],
    ['/v1/generations?after=urn:uuid:00000000-0000-0000-0000-000000000000', 'after'],
  ])('%s names %s', async (url, field) => {
    const { status, body } = await refused('GET', url);
    expect([status, body.code]).toEqual([400, 'invalid_request']);
    expect(body.errors.map((error) => error.field)).toContain(field);
  });

  it('with a zero byte in it never gets to the database', async () => {
    const { status, body } = await api.call<Refusal>('DELETE', '/v1/admin/blocked-networks/%00');
    expect([status, body.errors?.[0]?.field]).toEqual([400, 'network']);
  });

  it.each(['/v1/%zz', `/v1/keys/${'a'.repeat(300)}`, '/v1', '/V1/me', '/v1/me/'])(
    '%s is not there',
    async (url) => {
      const { status, body, headers } = await refused('GET', url);
      expect([status, body.code]).toEqual([404, 'not_found']);
      expect(headers['content-type']).toContain('application/problem+json');
    },
  );
});

describe('a connection that does not fit', () => {
  const send = (text: string) =>
    new Promise<string>((resolve, reject) => {
      let answer = '';
      const socket = connect(port, '127.0.0.1', () => socket.write(text));
      socket.setEncoding('utf8').on('data', (chunk) => {
        answer += chunk;
        socket.end();
      });
      socket.on('close', () => resolve(answer)).on('error', reject);
    });

  it.each([
    ['is no HTTP', 'hello\r\n\r\n', '400', 'invalid_request'],
    ['has endless headers', `GET / HTTP/1.1\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`, '413', 'payload_too_large'],
    [
      'names two lengths',
      'POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n',
      '400',
      'invalid_request',
    ],
    [
      'smuggles a second request',
      'POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      '400',
      'invalid_request',
    ],
    ['names no host', 'GET /v1/meta HTTP/1.0\r\n\r\n', '421', 'host_refused'],
    [
      'names a foreign host in its address',
      'GET http://evil.example/v1/meta HTTP/1.1\r\nhost: evil.example\r\n\r\n',
      '421',
      'host_refused',
    ],
  ])('because it %s is told so, and the process lives', async (_, text, status, code) => {
    const answer = await send(text);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain(`"code":"${code}"`);
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  });
});
