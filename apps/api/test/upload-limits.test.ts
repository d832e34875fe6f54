import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Upload } from '@veogate/shared/contracts/uploads';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestApi, type TestApi } from './support/api.ts';

const MAX_BYTES = 64 * 1024;

let api: TestApi;
let address: URL;
beforeAll(async () => {
  api = await startTestApi({
    UPLOAD_MAX_BYTES: String(MAX_BYTES),
    IMAGE_MAX_PIXELS: '4000000',
    RETENTION_HOURS: '2',
  });
  address = new URL(await api.app.listen({ host: '127.0.0.1', port: 0 }));
});
afterAll(() => api?.close());

const picture = (width = 64, height = 48) =>
  sharp({ create: { width, height, channels: 3, background: '#4af' } }).png();

async function post(bytes: Uint8Array) {
  const body = new FormData();
  body.set('file', new Blob([new Uint8Array(bytes)]), 'image.png');
  const headers = { authorization: `Bearer ${api.ownerToken}` };
  const response = await fetch(new URL('/v1/uploads', address), { method: 'POST', body, headers });
  return { status: response.status, body: (await response.json()) as Upload & { code: string } };
}

/** A connection that has sent the head of an upload, and these headers with it. */
async function begin(...headers: string[]): Promise<Socket> {
  const socket = connect(Number(address.port), '127.0.0.1').setEncoding('utf8');
  await once(socket, 'connect');
  const common = ['host: localhost', `authorization: Bearer ${api.ownerToken}`];
  const type = 'content-type: multipart/form-data; boundary=b';
  socket.write(`${['POST /v1/uploads HTTP/1.1', ...common, type, ...headers].join('\r\n')}\r\n\r\n`);
  return socket;
}
const answerOf = async (socket: Socket) => String((await once(socket, 'data'))[0]);
const temporaryFiles = () => readdir(join(api.services.config.DATA_DIR, 'tmp-uploads'));
const partHead = '--b\r\ncontent-disposition: form-data; name="file"; filename="a.png"\r\n\r\n';
const toChunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

describe('the size of an upload', () => {
  it('is refused by its announced length, before a byte of it is read', async () => {
    const socket = await begin(`content-length: ${MAX_BYTES * 100}`);
    expect(await answerOf(socket)).toMatch(/^HTTP\/1.1 413 [\s\S]*"code":"image_too_large"/);
    socket.destroy();
  });

  it('is bounded where no length is announced', async () => {
    const socket = await begin('transfer-encoding: chunked');
    socket.write(toChunk(partHead));
    for (let sent = 0; sent <= MAX_BYTES; sent += 8_192) socket.write(toChunk('x'.repeat(8_192)));
    socket.write(`${toChunk('\r\n--b--\r\n')}0\r\n\r\n`);
    expect(await answerOf(socket)).toMatch(/^HTTP\/1.1 413 [\s\S]*"code":"image_too_large"/);
    socket.destroy();
  });

  it('in pixels is counted as width times height', async () => {
    const { status, body } = await post(await picture(2001, 2000).toBuffer());
    expect([status, body.code]).toEqual([413, 'image_too_large']);
    expect((await post(await picture(2000, 2000).toBuffer())).status).toBe(201);
  });
});

describe('an upload', () => {
  it('is kept for as long as the service says', async () => {
    const { body } = await post(await picture().toBuffer());
    const hours = (Date.parse(body.expires_at ?? '') - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(1.9);
    expect(hours).toBeLessThanOrEqual(2);
  });

  it('of several frames becomes its first', async () => {
    const frame = (background: string) =>
      sharp({ create: { width: 20, height: 40, channels: 3, background } })
        .webp()
        .toBuffer();
    const frames = [await frame('#123'), await frame('#fed')];
    const animated = await sharp(frames, { join: { animated: true } })
      .webp({ loop: 0, delay: [100, 100] })
      .toBuffer();
    expect((await sharp(animated).metadata()).pages).toBe(2);
    const { status, body } = await post(animated);
    expect([status, body.width, body.height]).toEqual([201, 20, 40]);
    const { rawPayload } = await api.app.inject({
      url: `/v1/uploads/${body.id}/content`,
      headers: { host: 'localhost', authorization: `Bearer ${api.ownerToken}` },
    });
    expect((await sharp(rawPayload).metadata()).pages ?? 1).toBe(1);
  });

  it('that was deleted says that it is gone', async () => {
    const { body } = await post(await picture().toBuffer());
    await api.db.upload.update({ where: { id: body.id }, data: { deletedAt: new Date() } });
    for (const path of ['', '/content']) {
      const answer = await api.call('GET', `/v1/uploads/${body.id}${path}`);
      expect([answer.status, answer.body['code']]).toEqual([410, 'output_gone']);
    }
  });

  it('leaves no temporary file, whether it succeeded, was refused or broke off', async () => {
    await post(await picture().toBuffer());
    await post(Buffer.from('no image'));
    const socket = await begin('content-length: 5000');
    socket.write(`${partHead}\x89PNG`);
    await vi.waitFor(async () => expect(await temporaryFiles()).toHaveLength(1), 20_000);
    socket.destroy();
    await vi.waitFor(async () => expect(await temporaryFiles()).toEqual([]), 20_000);
  });

  it('of which more come than can be read is told to come back, and the rest are read', async () => {
    const bytes = await picture(1200, 1200).webp().toBuffer();
    const answers = await Promise.all(Array.from({ length: 60 }, () => post(bytes)));
    const codes = new Set(answers.map(({ status, body }) => `${status} ${body.code ?? ''}`.trim()));
    expect([...codes].sort()).toEqual(['201', '503 too_busy']);
    expect((await post(bytes)).status).toBe(201);
  });
});
