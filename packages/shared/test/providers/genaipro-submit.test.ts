import { describe, expect, it } from 'vitest';
import type { InputImage, SubmitRequest } from '../../src/providers/video-provider.ts';
import { accepted, adapterOf, CALL, SECRET, submit, textToVideo, withSimulator } from './support/genaipro.ts';
import { pixel } from './support/pixel.ts';
import { type Seen, serve } from './support/servers.ts';

const png: InputImage = { bytes: pixel, mimeType: 'image/png' };
const acceptedAnswer = { status: 202, body: '{"histories":[{"id":"a"}]}' };

/** What a submit puts on the wire. */
async function wireOf(request: Partial<SubmitRequest>): Promise<Seen> {
  const { url, seen } = await serve(() => acceptedAnswer);
  expect(await submit(adapterOf(`${url}/api/`), request)).toMatchObject({ outcome: 'accepted' });
  const [one] = seen;
  if (!one || seen.length !== 1) throw new Error(`${seen.length} requests`);
  return one;
}

/** The parts of a multipart body, in order. */
async function partsOf({ headers, body }: Seen): Promise<[string, unknown][]> {
  const type = headers['content-type'] ?? '';
  expect(type).toMatch(/^multipart\/form-data; boundary=/);
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  const parts: [string, unknown][] = [];
  for (const [name, value] of form) {
    parts.push([
      name,
      typeof value === 'string'
        ? value
        : { file: value.name, type: value.type, same: Buffer.from(await value.arrayBuffer()).equals(pixel) },
    ]);
  }
  return parts;
}

describe('what goes on the wire', () => {
  it('text to video: JSON, with the key in a header and nowhere else', async () => {
    const seen = await wireOf({ count: 2, params: { aspect_ratio: '9:16', resolution: '1080p' } });
    expect(seen).toMatchObject({ method: 'POST', url: '/api/v2/veo/text-to-video' });
    expect(seen.headers).toMatchObject({
      authorization: `Bearer ${SECRET}`,
      'content-type': 'application/json',
      connection: 'close',
    });
    expect(JSON.parse(seen.body.toString())).toEqual({
      prompt: 'A fox in the snow',
      aspect_ratio: 'VIDEO_ASPECT_RATIO_PORTRAIT',
      upscale_resolution: '1080p',
      number_of_videos: 2,
    });
  });

  it('leaves out what nobody chose, save the ratio that the service insists on', async () => {
    const expected = {
      prompt: 'A fox in the snow',
      aspect_ratio: 'VIDEO_ASPECT_RATIO_LANDSCAPE',
      number_of_videos: 1,
    };
    for (const params of [{}, { resolution: '720p' }, { aspect_ratio: '16:9', resolution: '720p' }]) {
      expect(JSON.parse((await wireOf({ params })).body.toString())).toEqual(expected);
    }
  });

  it('image to video: the image as start_image', async () => {
    const seen = await wireOf({ kind: 'image_to_video', images: [png], params: { aspect_ratio: '16:9' } });
    expect(seen.url).toBe('/api/v2/veo/frames-to-video');
    expect(await partsOf(seen)).toEqual([
      ['start_image', { file: 'start_image.png', type: 'image/png', same: true }],
      ['prompt', 'A fox in the snow'],
      ['aspect_ratio', 'VIDEO_ASPECT_RATIO_LANDSCAPE'],
      ['number_of_videos', '1'],
    ]);
  });

  it('frames to video: start_image, and end_image where there is one', async () => {
    const jpeg = { ...png, mimeType: 'image/jpeg' };
    const params = { aspect_ratio: '9:16' };
    const both = await wireOf({ kind: 'frames_to_video', images: [png, jpeg], params, count: 4 });
    expect(both.url).toBe('/api/v2/veo/frames-to-video');
    expect(await partsOf(both)).toEqual([
      ['start_image', { file: 'start_image.png', type: 'image/png', same: true }],
      ['end_image', { file: 'end_image.jpg', type: 'image/jpeg', same: true }],
      ['prompt', 'A fox in the snow'],
      ['aspect_ratio', 'VIDEO_ASPECT_RATIO_PORTRAIT'],
      ['number_of_videos', '4'],
    ]);
    const one = await partsOf(await wireOf({ kind: 'frames_to_video', images: [png] }));
    expect(one.map(([name]) => name)).not.toContain('end_image');
  });

  it('ingredients to video: every image as reference_images', async () => {
    const seen = await wireOf({ kind: 'ingredients_to_video', images: [png, png, png], params: {} });
    expect(seen.url).toBe('/api/v2/veo/ingredients-to-video');
    expect((await partsOf(seen)).map(([name]) => name)).toEqual([
      'reference_images',
      'reference_images',
      'reference_images',
      'prompt',
      'number_of_videos',
    ]);
  });

  it('images: the last part of our model id, and number_of_images', async () => {
    const seen = await wireOf({
      kind: 'create_image',
      model: 'genaipro/nano_banana_pro',
      count: 3,
      images: [png],
      params: { aspect_ratio: '1:1', resolution: '4k' },
    });
    expect(seen.url).toBe('/api/v2/veo/create-image');
    expect(await partsOf(seen)).toEqual([
      ['reference_images', { file: 'reference_images.png', type: 'image/png', same: true }],
      ['prompt', 'A fox in the snow'],
      ['aspect_ratio', 'IMAGE_ASPECT_RATIO_SQUARE'],
      ['upscale_resolution', '4k'],
      ['number_of_images', '3'],
      ['model', 'nano_banana_pro'],
    ]);
    const plain = await partsOf(await wireOf({ kind: 'create_image', params: { resolution: '1k' } }));
    expect(plain.map(([name]) => name)).toEqual(['prompt', 'aspect_ratio', 'number_of_images', 'model']);
  });

  it('keeps a prompt as it was written', async () => {
    const prompt = 'Một con cáo "đỏ"\r\n--boundary\n\u{1F98A}';
    expect(JSON.parse((await wireOf({ prompt })).body.toString())).toMatchObject({ prompt });
    const parts = await partsOf(await wireOf({ kind: 'create_image', prompt }));
    expect(String(Object.fromEntries(parts)['prompt']).replaceAll('\r\n', '\n')).toBe(
      prompt.replaceAll('\r\n', '\n'),
    );
  });

  it.each<[string, Partial<SubmitRequest>]>([
    ['a kind that the provider does not have', { kind: 'extend_video' }],
    ['a video without its image', { kind: 'image_to_video' }],
    ['more images than it takes', { kind: 'ingredients_to_video', images: [png, png, png, png] }],
    ['a square video', { params: { aspect_ratio: '1:1' } }],
    ['a parameter that it does not have', { params: { seed: '7' } }],
  ])('refuses %s without a call', async (_what, request) => {
    const { url, seen } = await serve(() => acceptedAnswer);
    expect(await submit(adapterOf(url), request)).toMatchObject({
      outcome: 'rejected',
      failure: { code: 'invalid_parameter' },
    });
    expect(seen).toEqual([]);
  });

  it('refuses a key that cannot stand in a header without a call', async () => {
    const { url, seen } = await serve(() => acceptedAnswer);
    const result = await adapterOf(url).submit(textToVideo(), { secret: `${SECRET}\nx`, timeoutMs: 1_000 });
    expect(result).toMatchObject({ outcome: 'rejected', failure: { code: 'key_invalid' } });
    expect(JSON.stringify(result)).not.toContain(SECRET);
    expect(seen).toEqual([]);
  });
});

describe('the simulator takes every kind', () => {
  it.each<[string, Partial<SubmitRequest>, number]>([
    ['text-to-video', { count: 4 }, 4],
    ['frames-to-video', { kind: 'image_to_video', images: [png] }, 1],
    ['frames-to-video', { kind: 'frames_to_video', images: [png, png], count: 2 }, 2],
    ['ingredients-to-video', { kind: 'ingredients_to_video', images: [png, png], params: {} }, 1],
    ['create-image', { kind: 'create_image', model: 'demo/imagen_4', count: 3 }, 1],
  ])('%s', async (endpoint, request, ids) => {
    const { simulator, provider } = await withSimulator();
    const operationIds = await accepted(provider, request);
    expect(operationIds).toHaveLength(ids);
    expect(simulator.ledger()).toMatchObject([
      { endpoint, operationIds, count: request.count ?? 1, imageCount: request.images?.length ?? 0 },
    ]);
    expect(provider.endpointOf(request.kind ?? 'text_to_video')).toBe(endpoint);
  });
});

it('paces itself as the provider allows', () => {
  expect(adapterOf('http://127.0.0.1:1').requestsPerMinute).toBe(30);
  expect(CALL.secret.startsWith('eyJ')).toBe(true);
});
