import { once } from 'node:events';
import { request as requestPlain } from 'node:http';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { request as requestTls } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls, type SecureVersion } from 'node:tls';
import { hashTeamPassword } from '@veogate/shared/password/team-password';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../scripts/lib/ports.mjs';
import { startNginx } from '../support/nginx.ts';
import { type Reply, send } from '../support/raw-http.ts';
import { makePicture } from '../support/sample-work.ts';
import { newSecret, type Stack, startStack } from '../support/stack.ts';
import { waitFor } from '../support/wait-for.ts';

const HOST = 'veogate.test';
const PASSWORD = 'paper boats at 4 in the rain';
const UPLOAD_MAX_BYTES = 64 * 1024;
const program = process.env['TEST_NGINX'];

describe.skipIf(!program && process.env['CI'] !== 'true')('behind nginx', () => {
  let stack: Stack;
  let nginx: Awaited<ReturnType<typeof startNginx>>;
  let origin: string;
  let httpPort: number;
  let cookie: string;

  beforeAll(async () => {
    if (!program) throw new Error('There is no TEST_NGINX. Run the tests with: npm test');
    httpPort = await freePort();
    origin = `https://${HOST}:${await freePort()}`;
    stack = await startStack({
      env: {
        ACCESS_PROFILE: 'password',
        PUBLIC_URL: origin,
        TRUSTED_PROXIES: '127.0.0.1/32',
        TEAM_PASSWORD_HASH: await hashTeamPassword(PASSWORD),
        UPLOAD_MAX_BYTES: String(UPLOAD_MAX_BYTES),
      },
    });
    const upstream = new URL(stack.client.url).host;
    nginx = await startNginx({
      program,
      upstream,
      publicUrl: origin,
      httpPort,
      uploadMaxBytes: UPLOAD_MAX_BYTES,
    });
    cookie = await signIn('Ada');
  });
  afterAll(async () => {
    await nginx?.stop();
    await stack?.close();
  });

  /** Asks nginx over HTTPS. What changes something comes from the page, as far as the API can tell. */
  function ask(
    path: string,
    options: {
      method?: string;
      headers?: Record<string, string>;
      body?: string | Buffer;
      localAddress?: string;
    } = {},
  ): Promise<Reply> {
    const { headers, body, ...more } = options;
    const sent = { host: new URL(origin).host, origin, ...(cookie && { cookie }), ...headers };
    const tls = { ca: nginx.certificate, servername: HOST, agent: false };
    return send(
      requestTls,
      { host: '127.0.0.1', port: nginx.port, path, headers: sent, ...tls, ...more },
      body,
    );
  }

  const post = (path: string, body: unknown, more: { localAddress?: string; headers?: object } = {}) =>
    ask(path, {
      ...more,
      method: 'POST',
      headers: { 'content-type': 'application/json', ...more.headers },
      body: JSON.stringify(body),
    });

  const plain = (method: string, path: string, headers: Record<string, string> = {}) =>
    send(requestPlain, {
      host: '127.0.0.1',
      port: httpPort,
      method,
      path,
      headers: { host: HOST, ...headers },
    });

  async function signIn(name: string, more: Parameters<typeof post>[2] = {}): Promise<string> {
    const begun = await post(
      '/auth/password',
      { password: PASSWORD, display_name: name, pin: '830417' },
      more,
    );
    expect(begun.status, begun.text).toBe(200);
    return begun.header('set-cookie')?.split(';')[0] ?? '';
  }

  async function upload(bytes: Buffer): Promise<Reply> {
    const form = new FormData();
    form.set('file', new Blob([new Uint8Array(bytes)]), 'image.png');
    const encoded = new Response(form);
    const body = Buffer.from(await encoded.arrayBuffer());
    const headers = {
      'content-type': encoded.headers.get('content-type') ?? '',
      'content-length': String(body.length),
    };
    return ask('/v1/uploads', { method: 'POST', headers, body });
  }

  async function openHttp2(): Promise<ClientHttp2Session> {
    const session = connectHttp2(origin, {
      ca: nginx.certificate,
      createConnection: () =>
        connectTls({
          host: '127.0.0.1',
          port: nginx.port,
          servername: HOST,
          ca: nginx.certificate,
          ALPNProtocols: ['h2'],
        }),
    });
    await once(session, 'connect');
    return session;
  }

  describe('connections', () => {
    const shake = (version: SecureVersion) =>
      new Promise<string>((resolve, reject) => {
        const socket = connectTls({
          host: '127.0.0.1',
          port: nginx.port,
          servername: HOST,
          ca: nginx.certificate,
          minVersion: version,
          maxVersion: version,
          // So that it is not this side that refuses.
          ciphers: 'DEFAULT@SECLEVEL=0',
        });
        socket.once('error', reject);
        socket.once('secureConnect', () => {
          resolve(socket.getProtocol() ?? '');
          socket.destroy();
        });
      });

    it('are encrypted by TLS 1.2 or 1.3, and by nothing older', async () => {
      expect(await shake('TLSv1.2')).toBe('TLSv1.2');
      expect(await shake('TLSv1.3')).toBe('TLSv1.3');
      await expect(shake('TLSv1.1')).rejects.toThrow(/alert protocol version/i);
      await expect(shake('TLSv1')).rejects.toThrow(/alert protocol version/i);
    });

    it('speak HTTP/2, over which an event arrives while its stream is open', async () => {
      const session = await openHttp2();
      expect(session.alpnProtocol).toBe('h2');
      const stream = session.request({ ':path': '/v1/events', cookie });
      const [headers] = await once(stream, 'response');
      expect(headers[':status']).toBe(200);
      let told = '';
      stream.setEncoding('utf8').on('data', (text: string) => {
        told += text;
      });
      await waitFor('the stream to begin', () => told.includes('retry:'));
      const { json } = await post('/v1/keys', { provider: 'genaipro', secret: newSecret() });
      await waitFor('the event', () => told.includes(`"id":"${json['id']}"`) && told.includes('event: key'));
      expect(stream.readableEnded).toBe(false);
      session.destroy();
    });
  });

  describe('over plain http', () => {
    it.each(['/', '/gallery?sort=new', '/v1x'])('the page %s is redirected', async (path) => {
      for (const method of ['GET', 'HEAD']) {
        const reply = await plain(method, path);
        expect([reply.status, reply.header('location')]).toEqual([308, origin + path]);
      }
    });

    it.each([
      ['GET', '/v1/me'],
      ['GET', '/v1'],
      ['GET', '/v1/../v1/me'],
      ['GET', '/%761/me'],
      ['GET', '//v1/me'],
      ['POST', '/v1/generations'],
      ['POST', '/auth/password'],
      ['GET', '/auth/oidc/callback?code=secret&state=secret'],
      ['DELETE', '/'],
    ])('%s %s is refused, with a sentence', async (method, path) => {
      const reply = await plain(method, path, { authorization: 'Bearer vg_x' });
      expect([reply.status, reply.header('location')]).toEqual([421, undefined]);
      expectProblem(reply, 'host_refused');
      expect(reply.json['advice']).toBe(`Use ${origin}.`);
    });

    it('the authority that certifies the name finds its token', async () => {
      const reply = await plain('GET', '/.well-known/acme-challenge/token');
      expect([reply.status, reply.text]).toEqual([200, 'of the authority']);
      expect((await plain('GET', '/.well-known/acme-challenge/other')).status).toBe(404);
    });

    it('on the port of https: a problem too', async () => {
      const reply = await send(requestPlain, {
        host: '127.0.0.1',
        port: nginx.port,
        path: '/v1/me',
        headers: { host: HOST },
      });
      expect(reply.status).toBe(400);
      expectProblem(reply, 'invalid_request');
    });
  });

  describe('uploads', () => {
    it('are taken', async () => {
      const reply = await upload(await makePicture('#136', '#8cf', 64, 36));
      expect(reply.status, reply.text).toBe(201);
    });

    it('that are too large are refused in one way, by whoever sees it first', async () => {
      // The first fits through nginx with its envelope, the second does not.
      for (const size of [UPLOAD_MAX_BYTES + 1, UPLOAD_MAX_BYTES * 3]) {
        const reply = await upload(Buffer.alloc(size, 7));
        expect(reply.status, reply.text).toBe(413);
        expectProblem(reply, 'image_too_large');
      }
    });

    it('are large alone: any other body is refused much sooner', async () => {
      for (const path of ['/v1/generations', '/auth/password', '/']) {
        const reply = await post(path, { text: 'x'.repeat(1_100_000) });
        expect(reply.status).toBe(413);
        expectProblem(reply, 'payload_too_large');
      }
    });
  });

  it('writes no query string into its log, where codes and prompts would stand', async () => {
    await ask('/v1/generations?text=a-secret-prompt');
    await plain('GET', '/auth/oidc/callback?code=a-secret-code');
    const log = await waitFor('the lines', async () => {
      const text = await nginx.accessLog();
      return text.includes('/v1/generations HTTP') && text.includes('/auth/oidc/callback HTTP') && text;
    });
    expect(log).not.toContain('a-secret');
  });

  describe('client addresses', () => {
    it('are what nginx saw, whatever a client says of itself', async () => {
      const lies = {
        'x-forwarded-for': '203.0.113.9, 127.0.0.1',
        forwarded: 'for=203.0.113.9',
        'x-real-ip': '203.0.113.9',
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'http',
        cookie: '',
      };
      const from = { localAddress: '127.0.0.7', headers: lies };
      const session = await signIn('Grace', from);
      const { json } = await ask('/v1/me/sessions', { ...from, headers: { ...lies, cookie: session } });
      expect(json['data']).toMatchObject([{ address: '127.0.0.7' }]);
      const log = stack.api.output();
      expect(log).toContain('"address":"127.0.0.7"');
      expect(log).not.toContain('203.0.113.9');
    });

    it('do not count of whoever goes past it', async () => {
      const { hostname, port } = new URL(stack.client.url);
      const headers = { host: new URL(origin).host, 'x-forwarded-for': '203.0.113.10' };
      const past = { host: hostname, port, path: '/v1/meta', headers, localAddress: '127.0.0.8' };
      expect((await send(requestPlain, past)).status).toBe(200);
      await waitFor('the line in the log', () => stack.api.output().includes('"address":"127.0.0.8"'));
      expect(stack.api.output()).not.toContain('203.0.113.10');
    });
  });

  describe('headers', () => {
    const ONCE = {
      'strict-transport-security': /^max-age=31536000/,
      'x-content-type-options': /^nosniff$/,
      'cache-control': /./,
      'content-type': /./,
    };

    it.each(['/', '/v1/me', '/v1/nothing', '/docs/errors', '/healthz'])(
      'of %s are there once',
      async (path) => {
        const { sent } = await ask(path);
        for (const [name, value] of Object.entries({ ...ONCE, 'content-security-policy': /default-src/ })) {
          const found = sent.filter(([each]) => each === name);
          expect(found, name).toEqual([[name, expect.stringMatching(value)]]);
        }
        expect(sent.find(([name, value]) => name === 'server' && /\d/.test(value))).toBeUndefined();
      },
    );

    it('that are too long are answered as a problem, with the same care', async () => {
      const reply = await ask('/v1/me', { headers: { 'x-long': 'x'.repeat(20_000) } });
      expect(reply.status).toBe(400);
      expectProblem(reply, 'invalid_request');
      for (const [name, value] of Object.entries(ONCE)) {
        expect(reply.sent.filter(([each]) => each === name)).toEqual([[name, expect.stringMatching(value)]]);
      }
    });

    it('are not mixed up by what is no HTTP', async () => {
      const socket = connectTcp(nginx.port, '127.0.0.1').setEncoding('utf8');
      socket.on('error', () => {}); // Cut off, as it should be.
      socket.end('\x16\x03\x01 nonsense\r\n\r\n');
      await once(socket, 'close');
      expect((await ask('/healthz')).status).toBe(200);
    });
  });

  it('a video arrives whole and in part', async () => {
    const { json: key } = await post('/v1/keys', { provider: 'genaipro', secret: newSecret() });
    await waitFor('the key', async () => (await ask(`/v1/keys/${key['id']}`)).json['state'] === 'active');
    const wanted = {
      model: 'genaipro/veo',
      kind: 'text_to_video',
      prompt: 'a kite',
      key_id: key['id'],
    };
    const { json: made } = await post('/v1/generations', wanted);
    await waitFor(
      'the video',
      async () => (await ask(`/v1/generations/${made['id']}`)).json['status'] === 'succeeded',
    );
    const url = `/v1/generations/${made['id']}/outputs/0`;
    const whole = await ask(url);
    expect(whole.status).toBe(200);
    const part = await ask(url, { headers: { range: 'bytes=4-7' } });
    expect([part.status, part.text]).toEqual([206, 'ftyp']);
    expect(part.header('content-range')).toBe(`bytes 4-7/${whole.header('content-length')}`);
  });

  it('says so while the API is away, and goes on once it is back', async () => {
    await stack.api.stop();
    for (const path of ['/v1/me', '/v1/events', '/auth/oidc/callback', '/healthz']) {
      const reply = await ask(path);
      expect([reply.status, reply.header('retry-after')]).toEqual([503, '5']);
      expectProblem(reply, 'unavailable');
      expect(reply.sent.filter(([name]) => name === 'strict-transport-security')).toHaveLength(1);
    }
    expect((await post('/auth/password', {})).status).toBe(503);
    const page = await ask('/gallery', { headers: { accept: 'text/html' } });
    expect([page.status, page.text]).toEqual([
      503,
      'Veogate is not there right now. Try again in a moment.\n',
    ]);
    stack.api = await stack.startApi();
    expect((await ask('/v1/me')).status).toBe(200);
    expect(nginx.output()).not.toMatch(/\[(emerg|alert|crit)\]/);
  });
});

function expectProblem(reply: Reply, code: string): void {
  expect(reply.header('content-type')).toBe('application/problem+json');
  expect(reply.json).toMatchObject({ code, status: reply.status, type: `/docs/errors#${code}` });
  for (const name of ['title', 'advice', 'request_id']) expect(reply.json[name]).toMatch(/\w/);
}
