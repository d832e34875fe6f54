import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { bytesOf, clientOf, type Entry, firstUrl, start } from './support/client.ts';
import { inspect } from './support/mp4.ts';
import { formOf, picture } from './support/pictures.ts';

describe('videos', () => {
  it.each([
    ['LANDSCAPE', undefined, { width: 1280, height: 720, frames: 16 }],
    ['PORTRAIT', undefined, { width: 720, height: 1280, frames: 16 }],
    ['LANDSCAPE', '1080p', { width: 1920, height: 1080, frames: 8 }],
  ])('are 8 seconds of H.264 in the size asked: %s %s', async (aspect, upscale, expected) => {
    const client = clientOf(await start({ videoSize: 'full' }));
    const [entry] = await client.submitted('A quiet lake at dusk', {
      aspect_ratio: `VIDEO_ASPECT_RATIO_${aspect}`,
      upscale_resolution: upscale,
    });
    const data = await bytesOf(firstUrl(await client.ended(entry?.id ?? '')));
    expect(await inspect(data)).toEqual({ codec: 'avc', duration: 8, ...expected });
    expect(boxesOf(data)).toEqual(['ftyp', 'moov', 'mdat']);
  });

  it('are tiny where a directive or the option says so', async () => {
    const full = clientOf(await start({ videoSize: 'full' }));
    const tiny = clientOf(await start({ videoSize: 'tiny' }));
    for (const url of [await full.fileUrl('x [sim:tiny]'), await tiny.fileUrl('x')]) {
      const data = await bytesOf(url);
      expect(await inspect(data)).toMatchObject({ width: 320, height: 180, duration: 8, frames: 8 });
      expect(data.length).toBeLessThan(60_000);
    }
  });

  it('differ by prompt and by take, and are shared where all is equal', async () => {
    const simulator = await start({ videoSize: 'full' });
    const client = clientOf(simulator);
    const files: Buffer[] = [];
    for (const [prompt, count] of [
      ['one', 2],
      ['one', 1],
      ['two', 1],
    ] as const) {
      const entries = await client.submitted(prompt, { number_of_videos: count });
      for (const { id } of entries) files.push(await bytesOf(firstUrl(await client.ended(id))));
    }
    const [firstTake, secondTake, again, other] = files.map((file) => file.toString('base64'));
    expect(again).toBe(firstTake);
    expect(secondTake).not.toBe(firstTake);
    expect(other).not.toBe(firstTake);
  });

  it('are made again after the cache let them go', async () => {
    const client = clientOf(await start({ cacheBytes: 1 }));
    const one = await client.fileUrl('one');
    const data = await bytesOf(one);
    await bytesOf(await client.fileUrl('two'));
    expect((await bytesOf(one)).equals(data)).toBe(true);
  });

  it('show text that no shipped font can, or nothing at all, without failing', async () => {
    const client = clientOf(await start());
    for (const prompt of [
      '日本の夜 🎆',
      '[sim:latency=0ms]',
      `${'w'.repeat(300)}`,
      'tiếng Việt, Кириллица, Ελληνικά',
    ]) {
      const [entry] = await client.submitted(prompt);
      expect((await client.ended(entry?.id ?? '')).status).toBe('completed');
    }
  });
});

describe('images', () => {
  it.each([
    ['LANDSCAPE', undefined, [1366, 768]],
    ['PORTRAIT', '2k', [1440, 2560]],
    ['SQUARE', undefined, [768, 768]],
  ])('are PNG in the size asked: %s %s', async (aspect, upscale, size) => {
    const client = clientOf(await start({ videoSize: 'full' }));
    const response = await client.post('create-image', {
      prompt: 'A poster',
      aspect_ratio: `IMAGE_ASPECT_RATIO_${aspect}`,
      number_of_images: 1,
      upscale_resolution: upscale,
    });
    const { id } = (await response.json()) as Entry;
    const { format, width, height } = await sharp(await bytesOf(firstUrl(await client.ended(id)))).metadata();
    expect([format, width, height]).toEqual(['png', ...size]);
  });

  it('show the reference picture', async () => {
    const client = clientOf(await start({ videoSize: 'full' }));
    const form = formOf([
      ['reference_images', await picture('green')],
      ['prompt', 'x'],
      ['aspect_ratio', 'IMAGE_ASPECT_RATIO_SQUARE'],
      ['number_of_images', '1'],
    ]);
    const { id } = (await (await client.postForm('create-image', form)).json()) as Entry;
    const image = sharp(await bytesOf(firstUrl(await client.ended(id))));
    const spot = await image.extract({ left: 200, top: 300, width: 1, height: 1 }).raw().toBuffer();
    expect([...spot]).toEqual([20, 200, 20]);
  });
});

function boxesOf(data: Buffer): string[] {
  const boxes: string[] = [];
  for (let at = 0; at < data.length; at += data.readUInt32BE(at))
    boxes.push(data.toString('latin1', at + 4, at + 8));
  return boxes;
}
