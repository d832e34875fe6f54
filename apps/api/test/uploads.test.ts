import { connect } from 'node:net';
import { deflateSync } from 'node:zlib';
import type { Upload } from '@veogate/shared/contracts/uploads';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './support/api.ts';

let api: TestApi;
let address: string;

beforeAll(async () => {
  api = await startTestApi();
  address = await api.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => api?.close());

const picture = (format: 'png' | 'jpeg' | 'webp' = 'png', width = 64, height = 48) =>
  sharp({ create: { width, height, channels: 3, background: '#4af' } }).toFormat(format);

async function post(body: NonNullable<RequestInit['body']>, headers: Record<string, string> = {}) {
  const response = await fetch(`${address}/v1/uploads`, {
    method: 'POST',
    body,
    headers: { authorization: `Bearer ${api.ownerToken}`, ...headers },
  });
  return { status: response.status, body: (await response.json()) as Upload & { code: string } };
}
function form(bytes: Uint8Array, name = 'image.png', field = 'file'): FormData {
  const data = new FormData();
  data.append(field, new Blob([new Uint8Array(bytes)]), name);
  return data;
}
async function content(id: string): Promise<Buffer> {
  const headers = { authorization: `Bearer ${api.ownerToken}` };
  return Buffer.from(await (await fetch(`${address}/v1/uploads/${id}/content`, { headers })).arrayBuffer());
}
const isAlive = async () => (await fetch(`${address}/healthz`)).status === 200;

describe('an upload', () => {
  it.each(['png', 'jpeg', 'webp'] as const)('takes a %s, whatever it is called', async (format) => {
    const { status, body } = await post(form(await picture(format).toBuffer(), 'whatever.bin'));
    expect(status).toBe(201);
    expect(body).toMatchObject({ width: 64, height: 48, mime_type: `image/${format}`, expires_at: null });
    expect((await sharp(await content(body.id)).metadata()).format).toBe(format);
  });

  it('is written anew: no place, no camera, no trailing bytes; and stands upright', async () => {
    const secret = '<script>alert("polyglot")</script>';
    const jpeg = await picture('jpeg')
      .withExif({ IFD0: { Copyright: 'SECRET-CAMERA' }, IFD3: { GPSLatitude: '52/1 30/1 0/1' } })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const { body } = await post(form(Buffer.concat([jpeg, Buffer.from(secret)]), 'x.jpg'));
    expect([body.width, body.height]).toEqual([48, 64]);
    const stored = await content(body.id);
    expect(stored.includes('polyglot')).toBe(false);
    expect(stored.includes('SECRET-CAMERA')).toBe(false);
    expect((await sharp(stored).metadata()).exif).toBeUndefined();
  });

  it('belongs to its owner alone', async () => {
    const { body } = await post(form(await picture().toBuffer()));
    const { as } = await api.addPerson();
    expect((await api.call('GET', `/v1/uploads/${body.id}`, { as })).status).toBe(404);
    expect((await api.call('GET', `/v1/uploads/${body.id}/content`, { as })).status).toBe(404);
  });

  it('is served so that a browser can never run it', async () => {
    const { body } = await post(form(await picture().toBuffer()));
    const { headers } = await api.call('GET', `/v1/uploads/${body.id}/content`);
    expect(headers).toMatchObject({
      'content-type': 'image/png',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    });
  });
});

describe('a bad upload gets a clear answer, and the process lives', () => {
  it('a 31 KB PNG of 16000² pixels: refused before it is decoded, memory flat', async () => {
    const bomb = pngOfZeros(16_000, 16_000);
    expect(bomb.length).toBeLessThan(512 * 1024);
    await post(form(await picture().toBuffer()));
    const before = process.memoryUsage.rss();
    const { status, body } = await post(form(bomb));
    expect([status, body.code]).toEqual([413, 'image_too_large']);
    expect(process.memoryUsage.rss() - before).toBeLessThan(64 * 1024 * 1024);
  });

  it.each([
    ['an SVG', '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'],
    ['a HEIC', '\0\0\0\x18ftypheic\0\0\0\0mif1heic'],
    ['a GIF', 'GIF89a\x01\0\x01\0\x80\0\0'],
    ['nothing at all', ''],
    ['a page', '<!doctype html><p>hello'],
  ])('%s called image.png: 415', async (_, text) => {
    const { status, body } = await post(form(Buffer.from(text, 'latin1')));
    expect([status, body.code]).toEqual([415, 'image_type']);
    expect(await isAlive()).toBe(true);
  });

  it.each([
    ['png', 200],
    ['jpeg', 300],
    ['webp', 20],
  ] as const)('a truncated %s: 400', async (format, keep) => {
    const noise = sharp({
      create: {
        width: 200,
        height: 200,
        channels: 3,
        background: '#000',
        noise: { type: 'gaussian', mean: 128, sigma: 40 },
      },
    });
    const bytes = await noise.toFormat(format).toBuffer();
    const { status, body } = await post(form(bytes.subarray(0, keep)));
    expect([status, body.code]).toEqual([400, 'image_unreadable']);
  });

  it('too many bytes: 413', async () => {
    const { status, body } = await post(form(Buffer.alloc(20 * 1024 * 1024 + 1)));
    expect([status, body.code]).toEqual([413, 'image_too_large']);
    expect(await isAlive()).toBe(true);
  });

  it.each([
    ['a foreign field', form(Buffer.from('x'), 'a.png', 'picture'), 400, 'invalid_request'],
    ['no part', new FormData(), 400, 'upload_incomplete'],
  ])('%s: %s', async (_, data, status, code) => {
    const answer = await post(data as FormData);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('two files: 400', async () => {
    const two = form(await picture().toBuffer());
    two.append('file', new Blob(['second']), 'b.png');
    expect((await post(two)).status).toBe(400);
  });

  it('JSON posing as multipart, and multipart without a boundary: 4xx', async () => {
    const posing = await post('{"file":"x"}', { 'content-type': 'multipart/form-data; boundary=x' });
    expect(posing.status).toBe(400);
    const bare = await post('--x\r\n', { 'content-type': 'multipart/form-data' });
    expect(bare.status).toBeGreaterThanOrEqual(400);
    expect(bare.status).toBeLessThan(500);
    const json = await post('{}', { 'content-type': 'application/json' });
    expect([json.status, json.body.code]).toEqual([415, 'unsupported_media_type']);
    expect(await isAlive()).toBe(true);
  });

  it('a body that is cut off in the middle of a part: 400', async () => {
    const part =
      '--b\r\ncontent-disposition: form-data; name="file"; filename="a.png"\r\n\r\n\x89PNG\r\n\x1a\n';
    const { status, body } = await post(part, { 'content-type': 'multipart/form-data; boundary=b' });
    expect([status, body.code]).toEqual([400, 'upload_incomplete']);
  });

  it('a client that goes away leaves nothing behind', async () => {
    const { port } = new URL(address);
    const socket = connect(Number(port), '127.0.0.1');
    const head = `POST /v1/uploads HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${api.ownerToken}\r\n`;
    socket.write(
      `${head}content-type: multipart/form-data; boundary=b\r\ncontent-length: 5000\r\n\r\n--b\r\n`,
    );
    await new Promise((resolve) => setImmediate(resolve));
    socket.destroy();
    expect(await isAlive()).toBe(true);
  });
});

it('ten large images at once are read, a few at a time', async () => {
  const large = await sharp({ create: { width: 6000, height: 6000, channels: 3, background: '#123' } })
    .jpeg()
    .toBuffer();
  const before = process.memoryUsage.rss();
  const answers = await Promise.all(Array.from({ length: 10 }, () => post(form(large, 'large.jpg'))));
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
  // Ten decoded at once would be 1,080 MB.
  expect(process.memoryUsage.rss() - before).toBeLessThan(600 * 1024 * 1024);
});

/** A valid PNG of one colour, which compresses to next to nothing. */
function pngOfZeros(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const row = Buffer.alloc(1 + width / 8);
  const pixels = deflateSync(Buffer.concat(Array(height).fill(row)), { level: 9 });
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
