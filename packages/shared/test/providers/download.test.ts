import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { bytesOf, fromAbroad } from './support/downloads.ts';
import { adapterOf, CALL, callErrorOf, SECRET } from './support/genaipro.ts';
import { afterRequest, serve, serveRaw } from './support/servers.ts';

describe('a file', () => {
  it('comes as a stream, with its length, and with the key for the own origin', async () => {
    const { url, seen } = await serve(() => ({ headers: { 'content-length': '5' }, body: 'video' }));
    const { body, contentLength } = await adapterOf(`${url}/api`).download(`${url}/files/1?sig=a`, CALL);
    expect(contentLength).toBe(5);
    expect((await bytesOf(body)).toString()).toBe('video');
    expect(seen).toMatchObject([
      {
        method: 'GET',
        url: '/files/1?sig=a',
        headers: { authorization: `Bearer ${SECRET}`, 'accept-encoding': 'identity' },
      },
    ]);
  });

  it('has no known length where the provider does not say, or compresses it', async () => {
    for (const headers of [
      { 'transfer-encoding': 'chunked' },
      { 'content-encoding': 'gzip', 'content-length': '5' },
    ]) {
      const { url } = await serve(() => ({ headers, body: 'video' }));
      const { body, contentLength } = await adapterOf(url).download(url, CALL);
      expect(contentLength).toBeNull();
      expect(await bytesOf(body)).toHaveLength(5);
    }
  });

  it('goes on after a pause of its reader, and ends its connection when its reader leaves', async () => {
    const { url, connections } = await serve(() => ({ body: 'x'.repeat(5_000_000) }));
    const { body } = await adapterOf(url).download(url, CALL);
    await delay(50);
    expect(await bytesOf(body)).toHaveLength(5_000_000);
    const closed = vi.fn();
    const raw = await serveRaw((socket) => {
      afterRequest(() => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc'))(socket);
      socket.once('close', closed);
    });
    const left = await adapterOf(raw.url).download(raw.url, CALL);
    left.body.destroy();
    await vi.waitFor(() => expect(closed).toHaveBeenCalled(), 20_000);
    expect(connections()).toBe(1);
  });
});

describe('redirects', () => {
  it('are followed on the own origin with the key, elsewhere without it', async () => {
    const other = await serve(({ url }) =>
      url === '/next' ? { status: 307, headers: { location: '/last' } } : { body: 'there' },
    );
    const target = other.url.replace('127.0.0.1', 'localhost');
    const own = await serve(({ url }) =>
      url === '/a'
        ? { status: 302, headers: { location: '/b?c=d' } }
        : { status: 301, headers: { location: `${target}/next` } },
    );
    const { body } = await adapterOf(own.url).download(`${own.url}/a`, CALL);
    expect((await bytesOf(body)).toString()).toBe('there');
    expect(own.seen.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ['/a', `Bearer ${SECRET}`],
      ['/b?c=d', `Bearer ${SECRET}`],
    ]);
    expect(other.seen.map(({ url }) => url)).toEqual(['/next', '/last']);
    expect(JSON.stringify(other.seen)).not.toContain(SECRET);
  });

  it('never carry the key to another port of the same host', async () => {
    const other = await serve(() => ({ body: 'x' }));
    const own = await serve(() => ({ status: 302, headers: { location: other.url } }));
    await adapterOf(own.url).download(own.url, CALL);
    expect(other.seen).toHaveLength(1);
    expect(other.seen[0]?.headers.authorization).toBeUndefined();
  });

  it('end after five', async () => {
    let left = 5;
    const { url, seen } = await serve(() => {
      left -= 1;
      return left >= 0 ? { status: 302, headers: { location: `/${left}` } } : { body: 'x' };
    });
    expect(await bytesOf((await adapterOf(url).download(url, CALL)).body)).toHaveLength(1);
    left = 6;
    expect((await callErrorOf(adapterOf(url).download(url, CALL))).message).toContain('more than 5 times');
    expect(seen).toHaveLength(12);
  });

  it('from a trusted place do not lead to a file or a password', async () => {
    for (const location of ['file:///etc/passwd', 'ftp://x/y', 'http://user:pass@127.0.0.1/', 'http://']) {
      const { url } = await serve(() => ({ status: 302, headers: { location } }));
      await callErrorOf(adapterOf(url).download(url, CALL));
    }
  });
});

describe('a provider elsewhere cannot make the server fetch from', () => {
  it.each([
    'http://genaipro.vn/file.mp4',
    'https://127.0.0.1/x',
    'https://2130706433/x',
    'https://0x7f.1/x',
    'https://10.1.2.3/x',
    'https://169.254.169.254/latest/meta-data',
    'https://[::1]/x',
    'https://[::ffff:127.0.0.1]/x',
    'https://[fd00::1]/x',
    'file:///etc/passwd',
  ])('%s', async (url) => {
    expect((await callErrorOf(fromAbroad(url))).message).toContain('refused');
  });

  it('a name that leads to this machine', async () => {
    const { url, connections } = await serve(() => ({ body: 'x' }));
    const named = url.replace('http://127.0.0.1', 'https://localhost');
    expect((await callErrorOf(fromAbroad(named))).message).toContain('PRIVATE_ADDRESS');
    expect(connections()).toBe(0);
  });
});
