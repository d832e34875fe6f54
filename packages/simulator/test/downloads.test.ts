import { describe, expect, it } from 'vitest';
import { bytesOf, clientOf, failureOf, firstUrl, start } from './support/client.ts';
import { inspect } from './support/mp4.ts';

describe('downloads', () => {
  it('have a length and a type, and serve ranges', async () => {
    const url = await clientOf(await start()).fileUrl('x');
    const whole = await fetch(url);
    const data = Buffer.from(await whole.arrayBuffer());
    expect(whole.headers.get('content-type')).toBe('video/mp4');
    expect(whole.headers.get('content-length')).toBe(String(data.length));
    const range = async (value: string) => {
      const response = await fetch(url, { headers: { range: value } });
      return [
        response.status,
        response.headers.get('content-range'),
        Buffer.from(await response.arrayBuffer()),
      ];
    };
    expect(await range('bytes=4-7')).toEqual([206, `bytes 4-7/${data.length}`, Buffer.from('ftyp')]);
    const last = data.length - 1;
    expect(await range('bytes=-10')).toEqual([
      206,
      `bytes ${last - 9}-${last}/${data.length}`,
      data.subarray(-10),
    ]);
    expect((await range(`bytes=${data.length}-`))[0]).toBe(416);
    const head = await fetch(url, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(data.length));
  });

  it('need the signature that the URL came with', async () => {
    const url = new URL(await clientOf(await start()).fileUrl('x'));
    url.searchParams.set('expires', String(Date.now() + 10 ** 9));
    expect((await fetch(url)).status).toBe(403);
  });

  it('expire, and a fresh poll gives a fresh URL each time', async () => {
    const client = clientOf(await start({ fileUrlTtlMs: 0 }));
    const [entry] = await client.submitted('x');
    const first = firstUrl(await client.ended(entry?.id ?? ''));
    expect(firstUrl(await client.task(entry?.id ?? ''))).not.toBe(first);
    const expired = await fetch(first);
    expect([expired.status, await expired.text()]).toEqual([
      403,
      expect.stringContaining('Request has expired'),
    ]);
  });

  it('are recorded, with whether a key was sent along', async () => {
    const simulator = await start();
    const url = await clientOf(simulator).fileUrl('x [sim:download_redirect_origin*1]');
    await (await fetch(url, { headers: { 'x-goog-api-key': 'secret' } })).arrayBuffer();
    const { port } = new URL(simulator.url);
    expect(simulator.downloads()).toMatchObject([
      { host: `127.0.0.1:${port}`, fault: 'download_redirect_origin', carriedKey: true },
      { host: `localhost:${port}`, fault: null, carriedKey: true },
    ]);
  });
});

describe('faults of downloads', () => {
  it('download_truncated closes before the announced length', async () => {
    const url = await clientOf(await start()).fileUrl('x [sim:download_truncated*1]');
    expect(await failureOf(fetch(url))).toMatch(/UND_ERR_SOCKET|ECONNRESET/);
    expect(await inspect(await bytesOf(url))).toMatchObject({ duration: 8 });
  });

  it('download_cut sends half of an MP4 under its own length', async () => {
    const url = await clientOf(await start()).fileUrl('x [sim:download_cut*1]');
    const cut = await bytesOf(url);
    const whole = await bytesOf(url);
    expect(cut.length).toBe(whole.length >> 1);
    expect(cut.toString('latin1', 4, 8)).toBe('ftyp');
    expect(cut.equals(whole.subarray(0, cut.length))).toBe(true);
  });

  it('download_padded adds a box that readers skip', async () => {
    const url = await clientOf(await start()).fileUrl('x [sim:download_padded=2*1]');
    const padded = await bytesOf(url);
    const whole = await bytesOf(url);
    expect(padded.subarray(0, whole.length).equals(whole)).toBe(true);
    expect(padded.length - whole.length).toBe(2 * 1024 * 1024 + 8);
    expect(padded.readUInt32BE(whole.length)).toBe(padded.length - whole.length);
    expect(padded.toString('latin1', whole.length + 4, whole.length + 8)).toBe('free');
  });

  it.each([
    ['download_403', 403, 'application/xml'],
    ['download_404', 404, 'application/xml'],
    ['download_html', 200, 'text/html'],
    ['download_slow=40ms', 200, 'video/mp4'],
  ])('%s', async (fault, status, type) => {
    const response = await fetch(await clientOf(await start()).fileUrl(`x [sim:${fault}]`));
    expect([response.status, response.headers.get('content-type')]).toEqual([
      status,
      expect.stringContaining(type),
    ]);
    await response.arrayBuffer();
  });

  it.each([
    ['download_redirect', '127.0.0.1'],
    ['download_redirect_origin', 'localhost'],
  ])('%s leads to the file', async (fault, host) => {
    const url = await clientOf(await start()).fileUrl(`x [sim:${fault}]`);
    const response = await fetch(url, { redirect: 'manual' });
    expect(response.status).toBe(302);
    const target = new URL(response.headers.get('location') ?? '', url);
    expect([target.hostname, target.port]).toEqual([host, new URL(url).port]);
    expect(target.pathname).not.toBe(new URL(url).pathname);
    expect(await inspect(await bytesOf(target.href))).toMatchObject({ duration: 8 });
  });

  it('download_expired kills one URL for good; a fresh one works', async () => {
    const client = clientOf(await start());
    const [entry] = await client.submitted('x [sim:download_expired*1]');
    const first = firstUrl(await client.ended(entry?.id ?? ''));
    expect((await fetch(first)).status).toBe(403);
    expect((await fetch(first)).status).toBe(403);
    expect((await fetch(firstUrl(await client.task(entry?.id ?? '')))).status).toBe(200);
  });
});
