import { describe, expect, it } from 'vitest';
import { clientOf, errorOf, KEY, OTHER_KEY, start } from './support/client.ts';
import { formOf, picture } from './support/pictures.ts';

const LANDSCAPE = ['aspect_ratio', 'VIDEO_ASPECT_RATIO_LANDSCAPE'] as const;
const ONE = ['number_of_videos', '1'] as const;

describe('GenAIPro v2 on the wire', () => {
  it('accepts a text-to-video submit with one history entry for each video', async () => {
    const client = clientOf(await start({ latencyMs: 60_000 }));
    const response = await client.submit('a fox', { number_of_videos: 3 });
    expect(response.status).toBe(202);
    const body = (await response.json()) as { histories: object[] };
    expect(Object.keys(body)).toEqual(['histories']);
    expect(body.histories).toHaveLength(3);
    expect(body.histories[0]).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      prompt: 'a fox',
      file_url: '',
      status: 'processing',
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
  });

  it('shows a task as processing without files, then as completed with one', async () => {
    const simulator = await start({ latencyMs: 60_000 });
    const client = clientOf(simulator);
    const [entry] = await client.submitted('a fox');
    const id = entry?.id ?? '';
    expect(await client.task(id)).toEqual({
      id,
      prompt: 'a fox',
      file_urls: [],
      status: 'processing',
      created_at: entry?.created_at,
      error: '',
    });
    expect(simulator.completeTasks(id)).toBe(1);
    const ended = await client.ended(id);
    expect(ended).toMatchObject({ status: 'completed', error: '' });
    expect(ended.file_urls).toEqual([expect.stringContaining(`${simulator.url}/files/${id}/0.mp4?`)]);
  });

  it('lists only the histories of the key, newest first, in pages', async () => {
    const simulator = await start();
    const client = clientOf(simulator);
    for (const prompt of ['one', 'two', 'three']) await client.submitted(prompt);
    await clientOf(simulator, OTHER_KEY).submitted('not mine');
    const first = await client.histories('?page=1&page_size=2');
    expect(first).toMatchObject({ total: 3, page: 1, page_size: 2, total_pages: 2 });
    expect(first.data.map((entry) => entry.prompt)).toEqual(['three', 'two']);
    const second = await client.histories('?page=2&page_size=2');
    expect(second.data.map((entry) => entry.prompt)).toEqual(['one']);
    expect(Object.keys(second.data[0] ?? {}).sort()).toEqual([
      'created_at',
      'file_urls',
      'id',
      'prompt',
      'status',
    ]);
    expect((await client.histories('?page=3&page_size=2')).data).toEqual([]);
  });

  it("does not show another key's task", async () => {
    const simulator = await start();
    const [entry] = await clientOf(simulator).submitted('mine');
    const response = await clientOf(simulator, OTHER_KEY).get(`tasks/${entry?.id}`);
    expect(await errorOf(response)).toEqual([404, 'task not found']);
  });

  it('takes frames and ingredients as multipart', async () => {
    const simulator = await start();
    const client = clientOf(simulator);
    const [red, blue] = [await picture('red'), await picture('blue')];
    const frames = await client.postForm(
      'frames-to-video',
      formOf([
        ['start_image', red],
        ['end_image', blue],
        ['prompt', 'frames'],
        LANDSCAPE,
        ['number_of_videos', '2'],
      ]),
    );
    expect(frames.status).toBe(202);
    expect(((await frames.json()) as { histories: object[] }).histories).toHaveLength(2);
    const ingredients = await client.postForm(
      'ingredients-to-video',
      formOf([['reference_images', red], ['reference_images', blue], ['prompt', 'ingredients'], ONE]),
    );
    expect(ingredients.status).toBe(202);
    expect(simulator.ledger()).toMatchObject([
      { endpoint: 'frames-to-video', imageCount: 2, count: 2 },
      { endpoint: 'ingredients-to-video', imageCount: 2, count: 1 },
    ]);
  });

  it.each(['json', 'multipart'])('creates images as %s: one id, as many files as asked', async (encoding) => {
    const client = clientOf(await start());
    const fields = { prompt: 'a poster', aspect_ratio: 'IMAGE_ASPECT_RATIO_SQUARE', model: 'imagen_4' };
    const response =
      encoding === 'json'
        ? await client.post('create-image', { ...fields, number_of_images: 2 })
        : await client.postForm(
            'create-image',
            formOf([...Object.entries(fields), ['number_of_images', '2']]),
          );
    expect(response.status).toBe(202);
    const { id, status } = (await response.json()) as { id: string; status: string };
    expect(status).toBe('processing');
    const ended = await client.ended(id);
    expect(ended.file_urls).toHaveLength(2);
    const file = await fetch(ended.file_urls[1] ?? '');
    expect(file.headers.get('content-type')).toBe('image/png');
  });

  it('answers 401 in the words of the service', async () => {
    const simulator = await start();
    const url = `${simulator.genaiproUrl}/v2/veo/credits`;
    expect(await errorOf(await fetch(url))).toEqual([401, 'token_is_empty']);
    const invalid = await fetch(url, { headers: { authorization: 'Bearer sk-1234' } });
    expect(await errorOf(invalid)).toEqual([401, 'invalid_token']);
    simulator.configureKey(KEY, { status: 'revoked' });
    expect(await errorOf(await clientOf(simulator).get('credits'))).toEqual([401, 'invalid_api_key']);
  });

  it('limits each key and endpoint to 30 requests a minute', async () => {
    const client = clientOf(await start({ rateLimitPerMinute: 30 }));
    for (let request = 0; request < 30; request += 1) expect((await client.get('credits')).status).toBe(200);
    const limited = await client.get('credits');
    expect(limited.status).toBe(429);
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(limited.headers.get('x-ratelimit-reset'))).toBeGreaterThan(Date.now() / 1000);
    expect((await client.get('histories')).status).toBe(200);
  });

  it('serves nothing under v1', async () => {
    const simulator = await start();
    expect((await fetch(`${simulator.genaiproUrl}/v1/veo/me`)).status).toBe(404);
  });
});

describe('credits', () => {
  it('are used at acceptance and given back for what fails', async () => {
    const simulator = await start();
    const client = clientOf(simulator);
    simulator.configureKey(KEY, { quota: 5, expiresAt: '2099-01-01T00:00:00Z' });
    const entries = await client.submitted('two of three [sim:filtered=1] [sim:latency=60s]', {
      number_of_videos: 3,
    });
    expect(await client.credits()).toEqual({ quota: 5, used: 3, expires_at: '2099-01-01T00:00:00Z' });
    expect(await errorOf(await client.submit('more', { number_of_videos: 3 }))).toEqual([
      402,
      'insufficient quota',
    ]);
    simulator.completeTasks();
    for (const { id } of entries) await client.ended(id);
    expect((await client.credits()).used).toBe(2);
    expect((await client.submit('more', { number_of_videos: 3 })).status).toBe(202);
  });

  it('are worth nothing once expired', async () => {
    const simulator = await start();
    simulator.configureKey(KEY, { quota: 5, expiresAt: '2020-01-01T00:00:00Z' });
    expect((await clientOf(simulator).submit('late')).status).toBe(402);
  });
});
