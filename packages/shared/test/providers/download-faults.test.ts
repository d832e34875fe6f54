import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import type { VideoProvider } from '../../src/providers/video-provider.ts';
import { bytesOf, local } from './support/downloads.ts';
import { accepted, adapterOf, CALL, callErrorOf, withSimulator } from './support/genaipro.ts';
import { afterRequest, freePort, type Reply, serve, serveRaw } from './support/servers.ts';

describe('what is not the file', () => {
  it.each<[string, Reply, object]>([
    ['403', { status: 403, body: '<Error/>' }, { status: 403 }],
    ['404', { status: 404 }, { status: 404 }],
    ['410', { status: 410 }, { status: 410 }],
    ['500', { status: 500 }, { status: 500 }],
    ['429', { status: 429, headers: { 'retry-after': '2' } }, { status: 429, retryAfterMs: 2_000 }],
    ['a part of it', { status: 206, body: 'x' }, { status: 206 }],
    ['a redirect to nowhere', { status: 302 }, { status: 302 }],
    ['a web page', { headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<p>' }, { status: 200 }],
  ])('%s', async (_what, reply, expected) => {
    const { url } = await serve(() => reply);
    expect(await callErrorOf(adapterOf(url).download(`${url}/?signature=hush`, CALL))).toMatchObject(
      expected,
    );
  });

  it('an address that is none', async () => {
    await callErrorOf(adapterOf('http://127.0.0.1:1').download('not a url', CALL));
  });

  it('a host that refuses', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    expect((await callErrorOf(adapterOf(url).download(url, CALL))).message).toContain('ECONNREFUSED');
  });

  it('headers that do not come, or come byte by byte', async () => {
    const silent = await serveRaw((socket) => void socket.resume());
    await callErrorOf(local(silent.url, { headersTimeoutMs: 100 }));
    const slow = await serveRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nx: ');
      const timer = setInterval(() => socket.write('x'), 20);
      socket.once('close', () => clearInterval(timer));
    });
    await callErrorOf(local(slow.url, { headersTimeoutMs: 200 }));
  });
});

describe('a stream that does not reach its end fails', () => {
  it.each([
    ['before the announced length', 'content-length: 100\r\n\r\nhalf'],
    ['between chunks', 'transfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
  ])('%s', async (_where, rest) => {
    const { url } = await serveRaw(afterRequest((socket) => socket.end(`HTTP/1.1 200 OK\r\n${rest}`)));
    const { body } = await adapterOf(url).download(url, CALL);
    await expect(bytesOf(body)).rejects.toThrow();
  });

  it('also where nobody was listening when it broke off', async () => {
    const { url } = await serveRaw(
      afterRequest((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf')),
    );
    const { body } = await adapterOf(url).download(url, CALL);
    await delay(100);
    await expect(bytesOf(body)).rejects.toThrow();
  });

  it('where no byte comes for too long', async () => {
    const { url } = await serveRaw(
      afterRequest((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf')),
    );
    const { body } = await local(url, { stallTimeoutMs: 100 });
    await expect(bytesOf(body)).rejects.toThrow('no byte for 0.1 s');
  });

  it('where it is given up', async () => {
    const giveUp = new AbortController();
    const { url } = await serveRaw(
      afterRequest((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf')),
    );
    const { body } = await local(url, { signal: giveUp.signal });
    await once(body, 'readable');
    giveUp.abort();
    await expect(bytesOf(body)).rejects.toThrow();
  });
});

describe('against the simulator', () => {
  async function fileOf(provider: VideoProvider, prompt: string): Promise<string> {
    const [id = ''] = await accepted(provider, { prompt });
    return vi.waitFor(async () => {
      const report = (await provider.poll([id], CALL)).get(id);
      if (report?.state !== 'succeeded') throw new Error(report?.state);
      return report.urls[0] ?? '';
    }, 20_000);
  }

  it('fetches a whole video', async () => {
    const { simulator, provider } = await withSimulator();
    const { body, contentLength } = await provider.download(await fileOf(provider, 'x'), CALL);
    expect(await bytesOf(body)).toHaveLength(contentLength ?? -1);
    expect(simulator.downloads()).toMatchObject([{ carriedKey: true }]);
  });

  it('does not show the key to another origin', async () => {
    const { simulator, provider } = await withSimulator();
    const url = await fileOf(provider, 'x [sim:download_redirect_origin]');
    await bytesOf((await provider.download(url, CALL)).body);
    expect(simulator.downloads().map(({ carriedKey, host }) => [carriedKey, host.split(':')[0]])).toEqual([
      [true, '127.0.0.1'],
      [false, 'localhost'],
    ]);
  });

  it.each([
    ['download_403', 403],
    ['download_404', 404],
    ['download_html', 200],
    ['download_expired', 403],
  ])('%s is thrown', async (fault, status) => {
    const { provider } = await withSimulator();
    const url = await fileOf(provider, `x [sim:${fault}]`);
    expect(await callErrorOf(provider.download(url, CALL))).toMatchObject({ status });
  });

  it('download_truncated breaks the stream, download_redirect does not', async () => {
    const { provider } = await withSimulator();
    const broken = await provider.download(await fileOf(provider, 'x [sim:download_truncated]'), CALL);
    await expect(bytesOf(broken.body)).rejects.toThrow();
    const whole = await provider.download(await fileOf(provider, 'y [sim:download_redirect]'), CALL);
    expect(await bytesOf(whole.body)).toHaveLength(whole.contentLength ?? -1);
  });
});
