import { describe, expect, it } from 'vitest';
import { clientOf, errorOf, KEY, start } from './support/client.ts';
import { formOf, picture } from './support/pictures.ts';

const LANDSCAPE = ['aspect_ratio', 'VIDEO_ASPECT_RATIO_LANDSCAPE'] as const;
const ONE = ['number_of_videos', '1'] as const;

describe('a submit that the service refuses', () => {
  const fields = { prompt: 'x', aspect_ratio: LANDSCAPE[1], number_of_videos: 1 };

  it.each([
    ['a missing prompt', { prompt: undefined }, 'prompt is required'],
    ['a blank prompt', { prompt: '  ' }, 'prompt is required'],
    ['an unknown aspect ratio', { aspect_ratio: '16:9' }, 'invalid aspect_ratio: 16:9'],
    ['no aspect ratio', { aspect_ratio: undefined }, 'aspect_ratio is required'],
    ['five videos', { number_of_videos: 5 }, 'number_of_videos must be between 1 and 4'],
    ['no videos', { number_of_videos: 0 }, 'number_of_videos must be between 1 and 4'],
    ['a number as text', { number_of_videos: '1' }, 'number_of_videos must be between 1 and 4'],
    ['an unknown upscale', { upscale_resolution: '4k' }, 'invalid upscale_resolution: 4k'],
    ['a callback that is no URL', { callback_url: 'nowhere' }, 'invalid callback_url'],
    ['an unknown directive', { prompt: '[sim:filtred]' }, 'simulator directive: unknown fault "filtred"'],
  ])('answers 400 to %s', async (_what, change, message) => {
    const simulator = await start();
    const response = await clientOf(simulator).post('text-to-video', { ...fields, ...change });
    expect(await errorOf(response)).toEqual([400, message]);
    expect(simulator.ledgerSummary()).toEqual({ submitsSeen: 1, accepted: 0, entries: [] });
  });

  it('answers 400 to a body that is no JSON', async () => {
    const simulator = await start();
    const response = await fetch(`${simulator.genaiproUrl}/v2/veo/text-to-video`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: '{"prompt":',
    });
    expect(response.status).toBe(400);
    expect(simulator.submitsSeen()).toBe(1);
  });

  it('checks the images of a multipart submit', async () => {
    const client = clientOf(await start());
    const red = await picture('red');
    const text = new Blob(['not a picture'], { type: 'image/png' });
    const four = Array.from({ length: 4 }, () => ['reference_images', red] as const);
    const cases = [
      ['frames-to-video', [['prompt', 'x'], LANDSCAPE, ONE], 'start_image is required'],
      [
        'frames-to-video',
        [['start_image', text], ['prompt', 'x'], LANDSCAPE, ONE],
        'images must be PNG, JPEG or WebP',
      ],
      ['ingredients-to-video', [['prompt', 'x'], ONE], 'reference_images is required'],
      ['ingredients-to-video', [...four, ['prompt', 'x'], ONE], 'reference_images: at most 3'],
      [
        'ingredients-to-video',
        [['reference_images', red], ['prompt', 'x'], ['aspect_ratio', 'VIDEO_ASPECT_RATIO_PORTRAIT'], ONE],
        'ingredients-to-video is landscape only',
      ],
    ] as const;
    for (const [endpoint, form, message] of cases) {
      expect(await errorOf(await client.postForm(endpoint, formOf(form)))).toEqual([400, message]);
    }
  });

  it('fails the task where a picture turns out to be unreadable', async () => {
    const client = clientOf(await start());
    const broken = new Blob([Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 1, 2, 3, 4, 5, 6, 7, 8, 9])]);
    const form = formOf([['start_image', broken], ['prompt', 'x'], LANDSCAPE, ONE]);
    const response = await client.postForm('frames-to-video', form);
    const { histories } = (await response.json()) as { histories: { id: string }[] };
    const ended = await client.ended(histories[0]?.id ?? '');
    expect(ended).toMatchObject({ status: 'failed', error: 'Failed to upload image, please try again' });
  });
});
