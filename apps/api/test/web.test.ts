import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pages, rootFiles } from '../src/features/web/addresses.ts';
import { startTestApi, type TestApi } from './support/api.ts';
import { buildTestWebApp, PAGE, SCRIPT, SECRET } from './support/web-app.ts';

const ASSET = '/assets/index-Bx3_kQ9a.js';
const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

let web: Awaited<ReturnType<typeof buildTestWebApp>>;
let api: TestApi;
let port: number;
beforeAll(async () => {
  web = await buildTestWebApp();
  api = await startTestApi({ WEB_DIR: web.dir });
  port = Number(new URL(await api.app.listen({ host: '127.0.0.1', port: 0 })).port);
});
afterAll(async () => {
  await api?.close();
  await web?.remove();
});

/** As it is written: no client tidies the path up first. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<{ status: number; headers: Record<string, unknown>; bytes: Buffer; text: string }>(
    (resolve, reject) => {
      const call = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const bytes = Buffer.concat(chunks);
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            bytes,
            text: bytes.toString(),
          });
        });
      });
      call.on('error', reject).end();
    },
  );
}

describe('a page of the web app', () => {
  it.each(pages.map((page) => page.replace(':id', '0198f0aa-0000-7000-8000-000000000000')))(
    '%s is the one page, asked for anew each time',
    async (path) => {
      const { status, headers, text } = await ask(path, BROWSER);
      expect([status, text]).toEqual([200, PAGE]);
      expect(headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        etag: expect.any(String),
      });
    },
  );

  it('is answered whatever the address says after a question mark', async () => {
    expect((await ask('/gallery?q=boat&status=failed')).text).toBe(PAGE);
  });

  it('has a policy that lets nothing run that is not ours', async () => {
    const policy = String((await ask('/launch')).headers['content-security-policy']);
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
      "manifest-src 'self'",
      "worker-src 'none'",
      "object-src 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ])
      expect(policy.split(';')).toContain(rule);
    expect(policy).not.toMatch(/unsafe|https?:/);
  });

  it('is not sent again to whoever has it', async () => {
    const { headers } = await ask('/', BROWSER);
    const again = await ask('/keys', { ...BROWSER, 'if-none-match': String(headers['etag']) });
    expect([again.status, again.text]).toEqual([304, '']);
    expect(again.headers['cache-control']).toBe('no-cache');
  });

  it('is kept from hosts that are not ours', async () => {
    for (const path of ['/', ASSET, '/nowhere'])
      expect((await ask(path, { ...BROWSER, host: 'evil.example' })).text).toContain('host_refused');
  });

  it('can be asked for its head alone', async () => {
    const { status, headers, text } = await ask('/gallery', BROWSER, 'HEAD');
    expect([status, headers['content-length'], text]).toEqual([200, String(PAGE.length), '']);
  });

  it('takes no other method', async () => {
    const { status, headers } = await ask('/gallery', BROWSER, 'POST');
    expect([status, headers['allow']]).toEqual([405, 'GET, HEAD']);
  });
});

describe('a file of the web app', () => {
  it.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
    ['identity', (bytes: Buffer) => bytes],
  ] as const)('comes as %s, from what the build left', async (encoding, open) => {
    for (const [path, content, type] of [
      [ASSET, SCRIPT, 'application/javascript; charset=utf-8'],
      ['/', PAGE, 'text/html; charset=utf-8'],
    ] as const) {
      const { headers, bytes } = await ask(path, { 'accept-encoding': encoding });
      expect(headers['content-encoding']).toBe(encoding === 'identity' ? undefined : encoding);
      expect(headers['content-type']).toBe(type);
      expect(headers['vary']).toBe('accept-encoding');
      expect(open(bytes).toString()).toBe(content);
    }
  });

  it('comes as it is where there is no smaller version', async () => {
    const font = '/assets/instrument-sans-latin-wght-normal-Dk1tZ0.woff2';
    const { status, headers, text } = await ask(font, { 'accept-encoding': 'gzip, br' });
    expect([status, text, headers['content-encoding']]).toEqual([200, 'wOF2', undefined]);
    expect(headers['content-type']).toBe('font/woff2');
  });

  it('is kept for ever where its name has its hash', async () => {
    const { headers } = await ask(ASSET);
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const again = await ask(ASSET, { 'if-none-match': String(headers['etag']) });
    expect(again.status).toBe(304);
    expect(again.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  });

  it.each([
    ['/favicon.svg', 'image/svg+xml'],
    ['/scheme.js', 'application/javascript; charset=utf-8'],
    ['/site.webmanifest', 'application/manifest+json'],
  ])('%s is asked for anew each time', async (path, type) => {
    const { status, headers } = await ask(path);
    expect([status, headers['cache-control'], headers['content-type']]).toEqual([200, 'no-cache', type]);
    expect((await ask(path, { 'if-none-match': String(headers['etag']) })).status).toBe(304);
  });

  it('is known by name, if it does not lie under assets', async () => {
    const folder = join(import.meta.dirname, '../../web/public');
    for (const file of await readdir(folder)) expect(rootFiles).toContain(file);
  });

  it.each(['/assets/index-gone.js', '/assets/index-gone.html', '/assets/', '/assets', '/assets/deep/er.js'])(
    '%s is a problem where there is none, also for a browser',
    async (path) => {
      const { status, headers, text } = await ask(path, BROWSER);
      expect([status, headers['cache-control']]).toEqual([404, 'no-store']);
      expect(headers['content-type']).toContain('application/problem+json');
      expect(text).toContain('"code":"not_found"');
    },
  );
});

describe('an address that there is not', () => {
  it('shows a browser the web app, as a 404 that is never kept or left out', async () => {
    for (const path of ['/nowhere', '/generations', '/index.html', '/notes.txt', '/V1/me']) {
      const { status, headers, text } = await ask(path, {
        ...BROWSER,
        'if-modified-since': new Date().toUTCString(),
        range: 'bytes=0-3',
      });
      expect([path, status, text]).toEqual([path, 404, PAGE]);
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['etag']).toBeUndefined();
    }
  });

  it.each([
    ['/v1/nothing', BROWSER],
    ['/v1', BROWSER],
    ['/auth/nothing/more', BROWSER],
    ['/docs/nothing', BROWSER],
    ['/healthz/nothing', BROWSER],
    ['/nowhere', {}],
    ['/nowhere', { accept: 'application/json' }],
    ['/nowhere', { accept: '*/*' }],
  ])('%s is a problem for %o', async (path, headers) => {
    const answer = await ask(path, headers);
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([404, 'not_found']);
  });

  it('is a problem for a change, whoever wants it', async () => {
    expect((await ask('/nowhere', BROWSER, 'POST')).text).toContain('"code":"not_found"');
  });
});

describe('what lies elsewhere', () => {
  const names = ['secret.txt', 'dist/notes.txt', 'etc/passwd', '.env', 'notes.txt'];
  const ways = [
    '/../',
    '/assets/../',
    '/assets/../../',
    '/assets/../../../../../../../../',
    '/assets/%2e%2e/',
    '/assets/..%2f..%2f',
    '/assets/%2e%2e%2f%2e%2e%2f',
    '/assets/..%5c..%5c',
    '/assets/..\\..\\',
    '/assets/%252e%252e%252f',
    '/assets//',
    '/assets/./',
    '//',
    '/./',
    '/%2f',
  ];

  it.each(ways)('cannot be reached by %s', async (way) => {
    for (const name of names) {
      for (const headers of [{}, BROWSER, { 'accept-encoding': 'br' }]) {
        const { status, text } = await ask(`${way}${name}`, headers);
        expect([400, 404]).toContain(status);
        expect(text).not.toMatch(new RegExp(`${SECRET}|root:`));
      }
    }
  });

  it.each([
    '/.env',
    '/assets/.hidden-Dk1tZ0.js',
    '/index.html.br',
    '/scheme.js.gz',
    `${ASSET}.br`,
    `${ASSET}.gz`,
    `${ASSET}%00.png`,
    `${ASSET}%00`,
    '/assets/%00',
    '/assets/%',
    '/assets/%ff',
    `${ASSET}/`,
    `${ASSET}/..`,
    '/assets/index-Bx3_kQ9a.js%20',
    '/Assets/index-Bx3_kQ9a.js',
    '/assets/INDEX-Bx3_kQ9a.js',
  ])('%s is not to be had', async (path) => {
    const { status, text } = await ask(path);
    expect([path, status, JSON.parse(text).code]).toEqual([path, 404, 'not_found']);
  });
});

describe('a web app that is not built', () => {
  it('keeps nothing else from working, and says how to build it', async () => {
    const bare = await startTestApi({ WEB_DIR: join(web.dir, 'not-there') });
    try {
      for (const path of ['/', '/launch', '/keys']) {
        const { status, body } = await bare.call('GET', path, { as: {}, headers: BROWSER });
        expect([status, body['code']]).toEqual([503, 'unavailable']);
        expect(body['detail']).toMatch(/not built.*npm run build/);
      }
      for (const path of ['/nowhere', ASSET, '/favicon.svg'])
        expect((await bare.call('GET', path, { headers: BROWSER })).status).toBe(404);
      expect((await bare.call('GET', '/v1/me')).status).toBe(200);
    } finally {
      await bare.close();
    }
  });
});
