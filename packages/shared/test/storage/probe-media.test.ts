import { mkdtemp, open, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulator } from '@veogate/simulator';
import {
  BufferSource,
  BufferTarget,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  MP4,
  Mp4OutputFormat,
  Output,
} from 'mediabunny';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ProbedMedia, probeMedia } from '../../src/storage/probe-media.ts';
import { UnreadableMediaError } from '../../src/storage/unreadable-media-error.ts';

let folder = '';
let video: Buffer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'veogate-probe-'));
  video = await makeVideo();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function probe(content: Uint8Array, expected: 'video' | 'image'): Promise<ProbedMedia> {
  const path = join(folder, `${Math.random()}`);
  await writeFile(path, content);
  return probeMedia(path, content.byteLength, expected);
}

async function refusalOf(content: Uint8Array, expected: 'video' | 'image'): Promise<string> {
  const error = await probe(content, expected).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UnreadableMediaError);
  return (error as UnreadableMediaError).message;
}

describe('a video', () => {
  it('is told by its size and length', async () => {
    expect(await probe(video, 'video')).toEqual({
      mimeType: 'video/mp4',
      width: 320,
      height: 180,
      durationMs: 8_000,
    });
  });

  it.each([
    ['with its index at the end', false],
    ['in fragments', 'fragmented'],
  ] as const)('is read %s', async (_where, fastStart) => {
    const other = await rewrap(video, fastStart);
    expect(await probe(other, 'video')).toMatchObject({ width: 320, height: 180 });
    await refusalOf(other.subarray(0, other.length >> 1), 'video');
    await refusalOf(other.subarray(0, other.length - 10), 'video');
  });

  it.each([
    ['its last byte', (file: Buffer) => file.subarray(0, -1)],
    ['its second half', (file: Buffer) => file.subarray(0, file.length >> 1)],
    ['all but its first bytes', (file: Buffer) => file.subarray(0, 40)],
    ['its samples', (file: Buffer) => file.subarray(0, file.indexOf('mdat') - 4)],
    ['its index', (file: Buffer) => file.subarray(0, file.indexOf('moov') - 4)],
  ])('is refused without %s, though its length is as announced', async (_part, cut) => {
    await refusalOf(cut(video), 'video');
  });

  it('is refused where its samples lie outside, though every box is whole', async () => {
    const at = video.indexOf('mdat') - 4;
    const empty = Buffer.from(video.subarray(0, at + 108));
    empty.writeUInt32BE(108, at);
    expect(await refusalOf(empty, 'video')).toBe('The end of the MP4 is missing.');
  });

  it('may be followed by a few stray bytes', async () => {
    expect(await probe(Buffer.concat([video, Buffer.alloc(5)]), 'video')).toMatchObject({ width: 320 });
    expect(await probe(Buffer.concat([video, Buffer.alloc(64)]), 'video')).toMatchObject({ width: 320 });
  });

  it('is not read into memory', async () => {
    const path = join(folder, 'large');
    await writeFile(path, Buffer.concat([video, box('free', 1_500_000_000)]));
    const file = await open(path, 'r+');
    await file.truncate(video.length + 1_500_000_000);
    await file.close();
    const before = process.memoryUsage.rss();
    const { size } = await stat(path);
    expect(await probeMedia(path, size, 'video')).toMatchObject({ durationMs: 8_000 });
    expect(process.memoryUsage.rss() - before).toBeLessThan(100_000_000);
  });

  it.each<[string, Buffer]>([
    ['a web page', Buffer.from('<!DOCTYPE html><html><body>We will be back</body></html>')],
    ['nothing', Buffer.alloc(0)],
    ['JSON', Buffer.from('{"error":"not found"}')],
    ['zeros', Buffer.alloc(5_000)],
    ['a head without a body', Buffer.concat([box('ftyp', 16), Buffer.from('isom\0\0\0\0')])],
    ['an index that claims to be huge', Buffer.concat([box('ftyp', 8), box('moov', 0x7fffffff)])],
    ['boxes of no size', Buffer.concat([box('ftyp', 8), ...Array(50).fill(box('free', 8))])],
  ])('is not %s', async (_what, content) => {
    await refusalOf(content, 'video');
  });

  it('is not an image', async () => {
    await refusalOf(await picture().png().toBuffer(), 'video');
  });
});

describe('an image', () => {
  it.each([
    ['image/png', () => picture().png()],
    ['image/jpeg', () => picture().jpeg()],
    ['image/webp', () => picture().webp()],
  ] as const)('%s is told by its size, and refused where it breaks off', async (mimeType, make) => {
    const content = await make().toBuffer();
    expect(await probe(content, 'image')).toEqual({ mimeType, width: 400, height: 300, durationMs: null });
    await refusalOf(content.subarray(0, content.length >> 1), 'image');
    await refusalOf(content.subarray(0, 20), 'image');
  });

  it('of too many pixels is refused', async () => {
    const create = { width: 10_001, height: 10_000, channels: 3, background: 'red' } as const;
    const content = await sharp({ create, limitInputPixels: false }).png({ compressionLevel: 1 }).toBuffer();
    await refusalOf(content, 'image');
  });

  it.each<[string, () => Promise<Buffer> | Buffer]>([
    ['a web page', () => Buffer.from('<html></html>')],
    ['an SVG', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
    ['a GIF', () => picture().gif().toBuffer()],
    ['a TIFF', () => picture().tiff().toBuffer()],
    ['a video', () => video],
    ['nothing', () => Buffer.alloc(0)],
    ['the first bytes of one', () => Buffer.from([0xff, 0xd8, 0xff, 0xe0])],
  ])('is not %s', async (_what, make) => {
    await refusalOf(await make(), 'image');
  });
});

/** A picture that no format makes small. */
function picture(): Sharp {
  return sharp({
    create: {
      width: 400,
      height: 300,
      channels: 3,
      background: 'red',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  });
}

function box(type: string, size: number): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(size, 0);
  head.write(type, 4, 'latin1');
  return head;
}

/** A video as the simulator makes it. */
async function makeVideo(): Promise<Buffer> {
  const simulator = await startSimulator({ videoSize: 'tiny', latencyMs: 0 });
  try {
    const headers = { authorization: 'Bearer eyJ-probe', 'content-type': 'application/json' };
    const base = `${simulator.genaiproUrl}/v2/veo`;
    const body = JSON.stringify({
      prompt: 'A lake',
      aspect_ratio: 'VIDEO_ASPECT_RATIO_LANDSCAPE',
      number_of_videos: 1,
    });
    await fetch(`${base}/text-to-video`, { method: 'POST', headers, body });
    for (;;) {
      const page = (await (await fetch(`${base}/histories`, { headers })).json()) as {
        data: { file_urls: string[] }[];
      };
      const url = page.data[0]?.file_urls[0];
      if (url) return Buffer.from(await (await fetch(url)).arrayBuffer());
      await new Promise((resolve) => setTimeout(resolve, 2_100));
    }
  } finally {
    await simulator.close();
  }
}

/** The same samples in another arrangement. */
async function rewrap(file: Buffer, fastStart: false | 'fragmented'): Promise<Buffer> {
  const input = new Input({ source: new BufferSource(Uint8Array.from(file)), formats: [MP4] });
  const track = await input.getPrimaryVideoTrack();
  if (!track) throw new Error('no track');
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat({ fastStart }), target });
  const source = new EncodedVideoPacketSource('avc');
  output.addVideoTrack(source);
  await output.start();
  const decoderConfig = await track.getDecoderConfig();
  for await (const packet of new EncodedPacketSink(track).packets()) {
    await source.add(packet, decoderConfig ? { decoderConfig } : undefined);
  }
  await output.finalize();
  return Buffer.from(target.buffer ?? new ArrayBuffer(0));
}
