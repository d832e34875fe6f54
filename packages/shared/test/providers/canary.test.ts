import { describe, expect, it } from 'vitest';
import type { VideoProvider } from '../../src/providers/video-provider.ts';
import { adapterOf, CALL, everythingOf, SECRET, textToVideo } from './support/genaipro.ts';
import { afterRequest, freePort, type Reply, type Seen, serve, serveRaw } from './support/servers.ts';

/** Everything that the adapter gives away about a server: what it returns and what it throws. */
async function allThatIsTold(provider: VideoProvider, fileUrl: string): Promise<string> {
  const calls: (() => Promise<unknown>)[] = [
    () => provider.submit(textToVideo(), { ...CALL, timeoutMs: 300 }),
    () => provider.poll(['a'], CALL).then((reports) => [...reports]),
    () => provider.poll(['a', 'b'], CALL).then((reports) => [...reports]),
    () => provider.listHistory?.(new Date(0), CALL) ?? Promise.resolve(),
    () => provider.checkKey(CALL),
    () => provider.download(fileUrl, CALL).then(({ contentLength }) => contentLength),
  ];
  const told: string[] = [];
  for (const call of calls) {
    told.push(
      everythingOf(
        await call().then(
          (value) => value,
          (error: unknown) => error,
        ),
      ),
    );
  }
  return told.join('\n');
}

function expectNoSecret(text: string): void {
  expect(text.length).toBeGreaterThan(100);
  for (const piece of [SECRET, SECRET.slice(0, 16), 'canary-7f', encodeURIComponent(SECRET), btoa(SECRET)]) {
    expect(text).not.toContain(piece);
  }
}

const echoes: [string, (seen: Seen) => Reply][] = [
  ...[200, 202, 400, 401, 402, 403, 404, 408, 429, 500, 503].map((status): (typeof echoes)[number] => [
    `${status} that repeats what it was asked`,
    ({ headers }) => ({
      status,
      headers: { 'x-echo': String(headers.authorization), 'retry-after': String(headers.authorization) },
      body: JSON.stringify({ error: `refused: ${headers.authorization}`, status: 'failed', id: 'a' }),
    }),
  ]),
  ['plain words', ({ headers }) => ({ status: 401, body: `No access: ${headers.authorization}` })],
  ['a page', ({ headers }) => ({ status: 403, body: `<p>${headers.authorization}</p>` })],
  [
    'a redirect',
    ({ headers }) => ({ status: 302, headers: { location: `ftp://x/${headers.authorization}` } }),
  ],
];

describe('the key is never told', () => {
  it.each(echoes)('by %s', async (_what, reply) => {
    const { url, seen } = await serve(reply);
    expectNoSecret(await allThatIsTold(adapterOf(url), `${url}/file`));
    expect(seen.map((one) => one.url).join()).not.toContain('canary-7f');
    expect(seen.every((one) => one.headers.authorization === `Bearer ${SECRET}`)).toBe(true);
  });

  it('where nobody listens', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    expectNoSecret(await allThatIsTold(adapterOf(url), url));
  });

  it('where TLS fails', async () => {
    const { url } = await serve(() => ({}));
    const secure = url.replace('http:', 'https:');
    expectNoSecret(await allThatIsTold(adapterOf(secure), secure));
  });

  it('where the connection drops', async () => {
    const { url } = await serveRaw(afterRequest((socket) => socket.resetAndDestroy()));
    expectNoSecret(await allThatIsTold(adapterOf(url), url));
  });

  it('where it cannot even be sent', async () => {
    const { url, connections } = await serve(() => ({}));
    const provider = adapterOf(url);
    const secret = `${SECRET}\u00e9\n`;
    const call = { secret };
    const told = await Promise.allSettled([
      provider.submit(textToVideo(), { ...call, timeoutMs: 300 }),
      provider.poll(['a'], call),
      provider.listHistory?.(new Date(0), call),
      provider.checkKey(call),
      provider.download(url, call),
    ]);
    const text = told
      .map((one) => everythingOf(one.status === 'fulfilled' ? one.value : one.reason))
      .join('\n');
    expectNoSecret(text);
    expect(connections()).toBe(0);
  });
});
