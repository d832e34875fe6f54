import { describe, expect, it } from 'vitest';
import { clientOf, type Entry, errorOf, failureOf, KEY, start } from './support/client.ts';

describe('how a task ends', () => {
  it.each([
    ['unsafe_generation', 'UNSAFE_GENERATION'],
    ['audio_filtered', 'AUDIO_FILTERED'],
    ['create_failed', 'Create video failed'],
    ['upload_failed', 'Failed to upload image, please try again'],
    ['invalid_argument', 'Request contains an invalid argument.'],
  ])('%s fails it and gives the credit back', async (fault, error) => {
    const client = clientOf(await start());
    const [entry] = await client.submitted(`x [sim:${fault}]`);
    expect(await client.ended(entry?.id ?? '')).toMatchObject({ status: 'failed', error, file_urls: [] });
    expect((await client.credits()).used).toBe(0);
  });

  it('filtered fails all outputs, or the first ones', async () => {
    const client = clientOf(await start());
    const ends = async (prompt: string) => {
      const entries = await client.submitted(prompt, { number_of_videos: 3 });
      const tasks = await Promise.all(entries.map(({ id }) => client.ended(id)));
      return tasks.map(({ error }) => error);
    };
    expect(await ends('x [sim:filtered]')).toEqual(Array(3).fill('UNSAFE_GENERATION'));
    expect(await ends('x [sim:filtered=2]')).toEqual(['UNSAFE_GENERATION', 'UNSAFE_GENERATION', '']);
  });

  it('filtered leaves a create-image task with fewer files', async () => {
    const client = clientOf(await start());
    const response = await client.post('create-image', {
      prompt: 'x [sim:filtered=1]',
      aspect_ratio: 'IMAGE_ASPECT_RATIO_LANDSCAPE',
      number_of_images: 3,
    });
    const { id } = (await response.json()) as Entry;
    expect((await client.ended(id)).file_urls).toHaveLength(2);
  });

  it('no_file_urls completes it without a file', async () => {
    const client = clientOf(await start());
    const [entry] = await client.submitted('x [sim:no_file_urls]');
    expect(await client.ended(entry?.id ?? '')).toMatchObject({ status: 'completed', file_urls: [] });
  });

  it('never_completes keeps it in processing until it is completed by hand', async () => {
    const simulator = await start();
    const client = clientOf(simulator);
    const [entry] = await client.submitted('x [sim:never_completes]');
    expect(simulator.tasks()).toMatchObject([{ id: entry?.id, status: 'processing', dueAt: null }]);
    expect((await client.task(entry?.id ?? '')).status).toBe('processing');
    expect(simulator.completeTasks()).toBe(1);
    expect((await client.ended(entry?.id ?? '')).status).toBe('completed');
  });

  it('latency is set by the directive, else by the key, else by the option', async () => {
    const simulator = await start({ latencyMs: 5_000 });
    const client = clientOf(simulator);
    await client.submitted('x');
    simulator.configureKey(KEY, { latencyMs: 9_000 });
    await client.submitted('x');
    await client.submitted('x [sim:latency=2m]');
    const spans = simulator.tasks().map((task) => Date.parse(task.dueAt ?? '') - Date.parse(task.acceptedAt));
    expect(spans).toEqual([5_000, 9_000, 120_000]);
  });
});

describe('faults of polls', () => {
  const polls = ['tasks', 'histories', 'credits'] as const;

  it.each([
    ['poll_500', 500, 'internal server error'],
    ['poll_503_html', 503, 'maintenance'],
    ['poll_html', 200, 'maintenance'],
    ['poll_rate_limited', 429, 'rate limit exceeded'],
    ['poll_no_access_token', 401, 'No access token found'],
    ['poll_slow=10ms', 200, ''],
  ] as const)('%s spoils each poll', async (fault, status, text) => {
    const simulator = await start();
    const client = clientOf(simulator);
    const [entry] = await client.submitted('x');
    for (const poll of polls) {
      simulator.setFaults([`${fault}*1`]);
      const path = poll === 'tasks' ? `tasks/${entry?.id}` : poll;
      const spoiled = await client.get(path);
      expect([poll, spoiled.status, (await spoiled.text()).includes(text)]).toEqual([poll, status, true]);
      expect((await client.get(path)).status).toBe(200);
    }
  });

  it('poll_drop resets the connection and poll_hang gives no answer', async () => {
    const simulator = await start();
    const client = clientOf(simulator);
    simulator.setFaults([{ name: 'poll_drop', endpoint: 'histories', times: 1 }]);
    expect(await failureOf(client.get('histories'))).toBe('ECONNRESET');
    simulator.setFaults(['poll_hang*1']);
    const hanging = failureOf(client.get('credits'));
    await simulator.close();
    expect(await hanging).toMatch(/UND_ERR_SOCKET|ECONNRESET/);
  });

  it('poll_not_found hides a task from tasks/{id} only', async () => {
    const client = clientOf(await start());
    const [entry] = await client.submitted('x [sim:poll_not_found*1]');
    expect((await client.histories()).total).toBe(1);
    expect(await errorOf(await client.get(`tasks/${entry?.id}`))).toEqual([404, 'task not found']);
    expect((await client.get(`tasks/${entry?.id}`)).status).toBe(200);
  });

  it('a directive spoils the polls that would show its task', async () => {
    const client = clientOf(await start());
    await client.submitted('x [sim:poll_html*2]');
    expect((await client.get('credits')).headers.get('content-type')).toContain('json');
    expect((await client.get('histories')).headers.get('content-type')).toContain('html');
    expect((await client.get('histories')).headers.get('content-type')).toContain('html');
    expect((await client.get('histories')).headers.get('content-type')).toContain('json');
  });
});

describe('faults of the histories', () => {
  it('history_omits leaves the entry out, but not the task', async () => {
    const client = clientOf(await start());
    const [hidden] = await client.submitted('hidden [sim:history_omits]');
    await client.submitted('shown [sim:history_omits=0ms]');
    const { data, total } = await client.histories();
    expect([total, data.map(({ prompt }) => prompt)]).toEqual([1, ['shown [sim:history_omits=0ms]']]);
    expect((await client.task(hidden?.id ?? '')).id).toBe(hidden?.id);
  });

  it('history_twin adds an entry with the same prompt that nobody here asked for', async () => {
    const simulator = await start();
    const client = clientOf(simulator);
    const [entry] = await client.submitted('x [sim:history_twin]');
    const { data } = await client.histories();
    expect(data).toHaveLength(2);
    expect(new Set(data.map(({ prompt }) => prompt)).size).toBe(1);
    expect(data.map(({ id }) => id)).toContain(entry?.id);
    expect(simulator.ledger()).toHaveLength(1);
    expect((await client.credits()).used).toBe(1);
  });

  it('an entry can be injected, at any time of creation', async () => {
    const simulator = await start();
    const client = clientOf(simulator);
    await client.submitted('mine');
    const old = simulator.injectHistory(KEY, { prompt: 'mine', createdAt: '2026-01-01T00:00:00.000Z' });
    const fresh = simulator.injectHistory(KEY, { prompt: 'mine' });
    const { data } = await client.histories();
    expect([data[0]?.id, data[2]?.id]).toEqual([fresh, old]);
    expect(data[2]?.created_at).toBe('2026-01-01T00:00:00.000Z');
    expect((await client.ended(old)).file_urls).toHaveLength(1);
  });

  it('the clock of the provider can be ahead', async () => {
    const client = clientOf(await start({ clockSkewMs: 3_600_000 }));
    const [entry] = await client.submitted('x');
    expect(Date.parse(entry?.created_at ?? '') - Date.now()).toBeGreaterThan(3_500_000);
  });
});
