import https from 'node:https';
import tls from 'node:tls';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Exchange, type FreshRequest, freshRequest } from '../../src/providers/http/fresh-request.ts';
import { selfSigned } from './support/self-signed.ts';
import { afterRequest, freePort, listen, serve, serveRaw } from './support/servers.ts';

afterEach(() => vi.unstubAllEnvs());

function post(url: string, more: Partial<FreshRequest> = {}): Promise<Exchange> {
  const body = new TextEncoder().encode('{"prompt":"x"}');
  return freshRequest({ url: new URL(url), method: 'POST', headers: {}, body, timeoutMs: 5_000, ...more });
}

const secureUrl = (url: string) => url.replace('http:', 'https:');

describe('a request that never found a connection was not sent', () => {
  it('when nobody listens', async () => {
    expect(await post(`http://127.0.0.1:${await freePort()}`)).toEqual({
      state: 'not_sent',
      reason: 'No connection could be made (ECONNREFUSED).',
    });
  });

  it('when the host has no address', async () => {
    expect(await post('http://nothing.invalid/')).toMatchObject({ state: 'not_sent' });
  });

  it('when the certificate is not vouched for', async () => {
    const requests = vi.fn();
    const { url } = await listen(https.createServer(selfSigned(), requests));
    expect(await post(secureUrl(url))).toEqual({
      state: 'not_sent',
      reason: 'No connection could be made (DEPTH_ZERO_SELF_SIGNED_CERT).',
    });
    expect(requests).not.toHaveBeenCalled();
  });

  it('when the other side has no certificate', async () => {
    const { url } = await listen(tls.createServer({}));
    expect(await post(secureUrl(url))).toMatchObject({ state: 'not_sent' });
  });

  it('when the other side does not speak TLS', async () => {
    const { url } = await serve(() => ({ body: 'plain' }));
    expect(await post(secureUrl(url))).toMatchObject({ state: 'not_sent' });
  });

  it('when the handshake is dropped', async () => {
    const { url } = await serveRaw((socket) => void socket.once('data', () => socket.destroy()));
    expect(await post(secureUrl(url))).toMatchObject({ state: 'not_sent' });
  });

  it('when the handshake is never answered', async () => {
    const { url } = await serveRaw((socket) => void socket.resume());
    expect(await post(secureUrl(url), { timeoutMs: 100 })).toEqual({
      state: 'not_sent',
      reason: 'There was no connection within 0.1 s.',
    });
  });

  it('when the address does not answer in time', async () => {
    // RFC 5737: an address that belongs to nobody.
    expect(await post('http://192.0.2.1/', { timeoutMs: 100 })).toMatchObject({ state: 'not_sent' });
  });

  it('when it was given up before it began', async () => {
    const { url, seen } = await serve(() => ({}));
    expect(await post(url, { signal: AbortSignal.abort() })).toMatchObject({ state: 'not_sent' });
    expect(seen).toEqual([]);
  });

  it('when a header cannot be sent', async () => {
    const { url, connections } = await serve(() => ({}));
    const exchange = await post(url, { headers: { authorization: 'Bearer two\nlines' } });
    expect(exchange).toEqual({ state: 'not_sent', reason: 'The request cannot be made (ERR_INVALID_CHAR).' });
    expect(connections()).toBe(0);
  });
});

describe('a request that found a connection and no whole answer may have been taken', () => {
  it('when the connection is dropped before the request is read', async () => {
    const { url } = await serveRaw((socket) => socket.destroy());
    expect(await post(url)).toMatchObject({ state: 'unknown' });
  });

  it('when the connection is reset after it', async () => {
    const { url } = await serveRaw(afterRequest((socket) => socket.resetAndDestroy()));
    expect(await post(url)).toEqual({ state: 'unknown', reason: 'The connection broke off (ECONNRESET).' });
  });

  it('when the connection is closed after it', async () => {
    const { url } = await serveRaw(afterRequest((socket) => socket.end()));
    expect(await post(url)).toMatchObject({ state: 'unknown' });
  });

  it('when a TLS connection is dropped after it', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const { url } = await listen(https.createServer(selfSigned(), (request) => request.socket.destroy()));
    expect(await post(secureUrl(url))).toMatchObject({ state: 'unknown' });
  });

  it('when nothing comes in time', async () => {
    const { url } = await serveRaw((socket) => void socket.resume());
    expect(await post(url, { timeoutMs: 100 })).toEqual({
      state: 'unknown',
      reason: 'There was no answer within 0.1 s.',
    });
  });

  it('when the answer trickles past the time for the whole call', async () => {
    const { url } = await serveRaw(
      afterRequest((socket) => {
        socket.write('HTTP/1.1 202 Accepted\r\ncontent-length: 100\r\n\r\n');
        const timer = setInterval(() => socket.write('x'), 20);
        socket.once('close', () => clearInterval(timer));
      }),
    );
    expect(await post(url, { timeoutMs: 200 })).toMatchObject({ state: 'unknown' });
  });

  it.each([
    ['stops before its announced length', 'content-length: 100\r\n\r\n{"histories":['],
    ['stops between its chunks', 'transfer-encoding: chunked\r\n\r\n5\r\n{"his\r\n'],
    ['stops in its headers', 'content-type: app'],
    ['is not HTTP', '\r\n\r\n'],
  ])('when the answer %s', async (what, rest) => {
    const start = what === 'is not HTTP' ? 'SMTP ready' : 'HTTP/1.1 202 Accepted\r\n';
    const { url } = await serveRaw(afterRequest((socket) => socket.end(start + rest)));
    expect(await post(url)).toMatchObject({ state: 'unknown' });
  });

  it('when the answer is too long', async () => {
    const { url } = await serve(() => ({ status: 202, body: 'x'.repeat(2_000) }));
    expect(await post(url, { maxAnswerBytes: 1_000 })).toEqual({
      state: 'unknown',
      reason: 'The answer is longer than 1000 bytes.',
    });
    expect(await post(url, { maxAnswerBytes: 2_000 })).toMatchObject({ state: 'answered' });
  });

  it('when it was given up on the way', async () => {
    const giveUp = new AbortController();
    const { url } = await serveRaw(afterRequest(() => giveUp.abort()));
    expect(await post(url, { signal: giveUp.signal })).toEqual({
      state: 'unknown',
      reason: 'The call was given up.',
    });
  });
});

describe('a request', () => {
  it('gives the answer as it is', async () => {
    const { url, seen } = await serve(() => ({ status: 402, headers: { 'x-note': 'a' }, body: 'é' }));
    expect(await post(`${url}/path?q=1`, { headers: { authorization: 'Bearer k' } })).toMatchObject({
      state: 'answered',
      answer: { status: 402, text: 'é', headers: { 'x-note': 'a' } },
    });
    expect(seen).toMatchObject([
      { method: 'POST', url: '/path?q=1', headers: { authorization: 'Bearer k', 'content-length': '14' } },
    ]);
    expect(seen[0]?.body.toString()).toBe('{"prompt":"x"}');
  });

  it('never uses a connection twice', async () => {
    const { url, seen, connections } = await serve(() => ({ body: '{}' }));
    for (let time = 0; time < 3; time += 1) await post(url);
    expect(connections()).toBe(3);
    expect(seen.map(({ headers }) => headers.connection)).toEqual(['close', 'close', 'close']);
  });

  it('does not follow a redirect', async () => {
    const { url, seen } = await serve(() => ({ status: 307, headers: { location: '/elsewhere' } }));
    expect(await post(url)).toMatchObject({ state: 'answered', answer: { status: 307 } });
    expect(seen).toHaveLength(1);
  });

  it('closes its connection when it gives up', async () => {
    const closed = vi.fn();
    const { url } = await serveRaw((socket) => void socket.resume().once('close', closed));
    await post(url, { timeoutMs: 50 });
    await vi.waitFor(() => expect(closed).toHaveBeenCalled(), 20_000);
  });
});
