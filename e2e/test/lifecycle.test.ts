import type { Generation } from '@veogate/shared/contracts/generations';
import type { Key } from '@veogate/shared/contracts/keys';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queueBackends } from '../../test/support/queue-backends.ts';
import { newSecret, type Stack, startStack } from '../support/stack.ts';
import { waitFor } from '../support/wait-for.ts';

describe.each(queueBackends())('a generation, with the queue on $name', ({ redisUrl }) => {
  let stack: Stack;
  let key: Key;

  beforeAll(async () => {
    stack = await startStack({ redisUrl });
    key = await stack.client.addKey(newSecret());
  });
  afterAll(() => stack?.close());

  const submitsOf = (prompt: string) => stack.simulator.ledger().filter((entry) => entry.prompt === prompt);

  it('goes from a prompt to a stored video that can be fetched whole and in part', async () => {
    const { client } = stack;
    const { id } = await client.generate(key.id, {
      prompt: 'a kite over dunes',
      params: { aspect_ratio: '9:16' },
    });
    const done = await client.waitForStatus(id, 'succeeded');
    expect(done).toMatchObject({ cost: { amount: '1', unit: 'credits' }, error: null, filtered_count: 0 });
    const [output] = done.outputs;
    expect(output).toMatchObject({ index: 0, mime_type: 'video/mp4' });
    expect(output?.height).toBeGreaterThan(output?.width ?? 0);

    const url = `${client.url}/v1/generations/${id}/outputs/0`;
    const headers = { authorization: `Bearer ${client.token}` };
    const whole = new Uint8Array(await (await fetch(url, { headers })).arrayBuffer());
    expect(whole.length).toBe(output?.byte_size);
    expect(Buffer.from(whole.slice(4, 8)).toString()).toBe('ftyp');
    const part = await fetch(url, { headers: { ...headers, range: 'bytes=4-7' } });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 4-7/${whole.length}`]);
    expect(await part.text()).toBe('ftyp');
    expect((await fetch(url, { headers: { ...headers, range: `bytes=${whole.length}-` } })).status).toBe(416);
    expect(submitsOf('a kite over dunes')).toHaveLength(1);
  });

  it('is preceded by a key whose check is told of as it ends', async () => {
    const { url, token, call, addKey } = stack.client;
    const gone = new AbortController();
    const headers = { authorization: `Bearer ${token}` };
    const { body } = await fetch(`${url}/v1/events`, { headers, signal: gone.signal });
    let told = '';
    const reading = (async () => {
      for await (const chunk of body ?? []) told += Buffer.from(chunk).toString();
    })().catch(() => {}); // Ended by us.
    const refused = newSecret();
    stack.simulator.configureKey(refused, { status: 'unknown' });
    for (const [secret, state] of [
      [newSecret(), 'active'],
      [refused, 'rejected'],
    ] as const) {
      const { id } = await addKey(secret, state);
      const read = (await call<Key>('GET', `/v1/keys/${id}`)).body;
      const seen = await waitFor(`the ${state} key in the stream`, () =>
        [...told.matchAll(/^event: key\ndata: (.*)$/gm)]
          .map(([, data = '']) => JSON.parse(data) as Key)
          .find((event) => event.id === id && event.state === state),
      );
      expect(seen).toEqual(read);
    }
    gone.abort();
    await reading;
  });

  it('leaves a key whose quota is read again, also where several end together', async () => {
    const secret = newSecret();
    stack.simulator.configureKey(secret, { quota: 40, used: 10 });
    const { id } = await stack.client.addKey(secret);
    const quota = async () => (await stack.client.call<Key>('GET', `/v1/keys/${id}`)).body.quota;
    expect(await quota()).toMatchObject({ total: 40, used: 10 });
    const filtered = 'gives it back [sim:unsafe_generation]';
    const made = await Promise.all(
      ['one', 'two', filtered].map((prompt) => stack.client.generate(id, { prompt })),
    );
    for (const generation of made) await stack.client.waitForStatus(generation.id, 'succeeded', 'failed');
    await waitFor('the quota to be read', async () => (await quota())?.used === 12);
  });

  it('delivers all of four outputs', async () => {
    const { id } = await stack.client.generate(key.id, { prompt: 'four of them', count: 4 });
    const done = await stack.client.waitForStatus(id, 'succeeded');
    expect(done.outputs.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    expect(done.cost).toEqual({ amount: '4', unit: 'credits' });
  });

  it('makes images too', async () => {
    const request = { model: 'genaipro/nano_banana_pro', kind: 'create_image', prompt: 'a stamp', count: 2 };
    const { id } = await stack.client.generate(key.id, request);
    const done = await stack.client.waitForStatus(id, 'succeeded');
    expect(done.outputs.map(({ mime_type }) => mime_type)).toEqual(['image/png', 'image/png']);
  });

  it('ends filtered content as its own failure, unbilled, and retries it as a new generation', async () => {
    const { client } = stack;
    const { id } = await client.generate(key.id, { prompt: 'too much [sim:unsafe_generation*1]' });
    const failed = await client.waitForStatus(id, 'failed');
    expect(failed.error).toMatchObject({ code: 'content_filtered', billing: 'not_billed', retryable: true });
    expect(failed.error?.reason).toContain('UNSAFE_GENERATION');
    expect(failed.cost).toEqual({ amount: '0', unit: 'credits' });
    const { body } = await client.call<Generation>('POST', `/v1/generations/${id}/retry`);
    expect(body.retry_of).toBe(id);
    await client.waitForStatus(body.id, 'succeeded');
  });

  it('succeeds with fewer where some of several were filtered, and bills those only', async () => {
    const { id } = await stack.client.generate(key.id, { prompt: 'some [sim:filtered=1]', count: 3 });
    const done = await stack.client.waitForStatus(id, 'succeeded');
    expect(done).toMatchObject({ filtered_count: 1, cost: { amount: '2', unit: 'credits' } });
    expect(done.outputs).toHaveLength(2);
  });

  it('waits and tries again after 429, which is certainly not accepted', async () => {
    const prompt = 'busy [sim:rate_limited=1*2]';
    const { id } = await stack.client.generate(key.id, { prompt });
    const waiting = await waitFor(
      'it to say why it waits',
      async () => (await stack.client.show(id)).waiting,
    );
    expect(waiting).toMatchObject({ code: 'provider_rate_limited', until: expect.any(String) });
    expect((await stack.client.waitForStatus(id, 'succeeded')).waiting).toBeNull();
    expect(submitsOf(prompt)).toHaveLength(1);
  });

  it('gets a fresh link where the first one is stale', async () => {
    const { id } = await stack.client.generate(key.id, { prompt: 'stale [sim:download_expired*1]' });
    expect((await stack.client.waitForStatus(id, 'succeeded')).outputs).toHaveLength(1);
  });

  it.each(['download_truncated', 'download_cut', 'download_html'])(
    'fetches again after %s, and shows nothing before it is whole',
    async (fault) => {
      const { id } = await stack.client.generate(key.id, { prompt: `again [sim:${fault}*1]` });
      expect((await stack.client.waitForStatus(id, 'succeeded')).outputs).toHaveLength(1);
    },
  );

  it.each(['poll_500', 'poll_html', 'poll_rate_limited', 'poll_no_access_token', 'poll_drop'])(
    'keeps on asking through %s',
    async (fault) => {
      const { id } = await stack.client.generate(key.id, { prompt: `patience [sim:${fault}*2]` });
      await stack.client.waitForStatus(id, 'succeeded');
    },
  );

  it('cancels for free what waits, and says honestly that the rest is being paid for', async () => {
    const { client } = stack;
    const { id } = await client.generate(key.id, { prompt: 'slow [sim:never_completes]' });
    await client.waitForStage(id, 'running');
    const refused = await client.call<{ code: string }>('POST', `/v1/generations/${id}/cancel`);
    expect([refused.status, refused.body.code]).toEqual([409, 'already_submitted']);
    expect((await client.call('DELETE', `/v1/generations/${id}`)).status).toBe(409);
    stack.simulator.completeTasks();
    await client.waitForStatus(id, 'succeeded');
  });

  it('deletes a finished one with its files', async () => {
    const { client } = stack;
    const { id } = await client.generate(key.id, { prompt: 'short-lived' });
    await client.waitForStatus(id, 'succeeded');
    expect((await client.call('DELETE', `/v1/generations/${id}`)).status).toBe(204);
    expect((await client.call('GET', `/v1/generations/${id}`)).status).toBe(404);
    expect((await client.call('GET', `/v1/generations/${id}/outputs/0`)).status).toBe(404);
    expect(await stack.db.generation.findUnique({ where: { id }, select: { prompt: true } })).toEqual({
      prompt: '',
    });
  });

  it('keeps the ledger exact: nothing stays held, and what was spent is what was delivered', async () => {
    const rows = await waitFor('everything to be settled', async () => {
      const open = await stack.db.generation.count({
        where: { state: { notIn: ['succeeded', 'failed', 'canceled'] } },
      });
      return open === 0 && stack.db.generation.findMany({ include: { ledger: true, outputs: true } });
    });
    for (const { ledger, outputs } of rows) {
      const sum = (pick: 'held' | 'spent') => ledger.reduce((total, entry) => total + Number(entry[pick]), 0);
      expect(sum('held')).toBe(0);
      expect(sum('spent')).toBe(outputs.length);
    }
  });
});
