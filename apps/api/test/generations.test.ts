import type { Generation } from '@veogate/shared/contracts/generations';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './support/api.ts';

let api: TestApi;
let keyId: string;

beforeAll(async () => {
  api = await startTestApi();
  const { body } = await api.call<{ id: string }>('POST', '/v1/keys', {
    body: { provider: 'genaipro', secret: 'eyJabcdefgh' },
  });
  keyId = body.id;
  await api.activateKey(keyId);
});
afterAll(() => api?.close());

const request = (more: object = {}) => ({
  model: 'genaipro/veo',
  kind: 'text_to_video',
  prompt: 'a paper boat',
  key_id: keyId,
  ...more,
});
const create = (more: object = {}, headers: Record<string, string> = {}, as?: Record<string, string>) =>
  api.call<Generation & { code: string; errors: { field: string; message: string; allowed?: string[] }[] }>(
    'POST',
    '/v1/generations',
    {
      body: request(more),
      headers,
      ...(as && { as }),
    },
  );

describe('beginning a generation', () => {
  it('answers 202 with where to look, and holds its price', async () => {
    const { status, headers, body } = await create({ count: 3, metadata: { shot: '12' } });
    expect(status).toBe(202);
    expect(headers.location).toBe(`/v1/generations/${body.id}`);
    expect(body).toMatchObject({
      status: 'queued',
      queue_position: expect.any(Number),
      estimate: { price: { amount: '3', unit: 'credits' } },
      cost: null,
      metadata: { shot: '12' },
      urls: { self: headers.location, cancel: `${headers.location}/cancel` },
    });
    const ledger = await api.db.ledgerEntry.findMany({ where: { generationId: body.id } });
    expect(ledger.map(({ kind, held, spent }) => [kind, Number(held), Number(spent)])).toEqual([
      ['hold', 3, 0],
    ]);
  });

  it.each([
    [{ kind: 'extend_video' }, 'kind'],
    [{ model: 'nobody/knows' }, 'model'],
    [{ count: 5 }, 'count'],
    [{ count: '2' }, 'count'],
    [{ prompt: '  ' }, 'prompt'],
    [{ params: { aspect_ratio: '4:3' } }, 'params.aspect_ratio'],
    [{ image_ids: ['nonsense'] }, 'image_ids.0'],
    [{ user_id: 'me' }, 'user_id'],
    [{ key_id: undefined }, 'key_id'],
    [{ metadata: { a: 1 } }, 'metadata.a'],
  ])('names the field that is wrong in %o', async (more, field) => {
    const { status, body } = await create(more);
    expect([status, body.code]).toEqual([400, 'invalid_request']);
    expect(body.errors.map((error) => error.field)).toContain(field);
  });

  it('names the values that would be right', async () => {
    const { body } = await create({ params: { aspect_ratio: '4:3' } });
    expect(body.errors[0]?.allowed).toEqual(['16:9', '9:16']);
  });

  it('refuses a key that is retired, of another provider, or of somebody else', async () => {
    const { as } = await api.addPerson();
    const foreign = await api.call<{ id: string }>('POST', '/v1/keys', {
      as,
      body: { provider: 'genaipro', secret: 'eyJforeign1' },
    });
    expect((await create({ key_id: foreign.body.id })).status).toBe(404);
    const gone = await api.call<{ id: string }>('POST', '/v1/keys', {
      body: { provider: 'genaipro', secret: 'eyJretired1' },
    });
    await api.call('DELETE', `/v1/keys/${gone.body.id}`);
    const refused = await create({ key_id: gone.body.id });
    expect([refused.status, refused.body.code]).toEqual([409, 'key_not_usable']);
  });

  it('accepts a key that is still being checked', async () => {
    const { body } = await api.call<{ id: string }>('POST', '/v1/keys', {
      body: { provider: 'genaipro', secret: 'eyJchecking1' },
    });
    expect((await create({ key_id: body.id })).status).toBe(202);
  });

  it.each([
    ['paused', 'service_paused'],
    ['closed', 'service_closed'],
  ] as const)('is refused while the service is %s', async (mode, code) => {
    await api.db.serviceMode.update({ where: { id: 1 }, data: { mode } });
    const { status, body } = await create();
    await api.db.serviceMode.update({ where: { id: 1 }, data: { mode: 'open' } });
    expect([status, body.code]).toEqual([503, code]);
  });
});

describe('an Idempotency-Key', () => {
  it('makes one generation of 100 parallel requests, and gives each the same answer', async () => {
    const before = await api.db.generation.count();
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => create({ prompt: 'once' }, { 'idempotency-key': 'parallel' })),
    );
    const made = answers.filter(({ status }) => status === 202);
    // Whoever could not wait for the first is told so, and may ask again.
    expect(
      answers.every(({ status, body }) => status === 202 || body.code === 'idempotency_in_progress'),
    ).toBe(true);
    expect(new Set(made.map(({ text }) => text)).size).toBe(1);
    expect(await api.db.generation.count()).toBe(before + 1);
    expect((await create({ prompt: 'once' }, { 'idempotency-key': 'parallel' })).text).toBe(made[0]?.text);
  });

  it('is refused for a different request, whatever the order of the fields', async () => {
    const headers = { 'idempotency-key': 'other body' };
    const first = await create({ params: { aspect_ratio: '16:9', resolution: '720p' } }, headers);
    const same = await create({ params: { resolution: '720p', aspect_ratio: '16:9' } }, headers);
    expect(same.body.id).toBe(first.body.id);
    const other = await create({ prompt: 'something else' }, headers);
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_mismatch']);
  });

  it('belongs to one person', async () => {
    const { as } = await api.addPerson();
    const { body } = await api.call<{ id: string }>('POST', '/v1/keys', {
      as,
      body: { provider: 'genaipro', secret: 'eyJpersonal' },
    });
    const mine = await create({}, { 'idempotency-key': 'shared word' });
    const theirs = await create({ key_id: body.id }, { 'idempotency-key': 'shared word' }, as);
    expect(theirs.status).toBe(202);
    expect(theirs.body.id).not.toBe(mine.body.id);
  });

  it('makes nothing where the request is refused, and can be used for the corrected one', async () => {
    const headers = { 'idempotency-key': 'corrected' };
    await api.db.serviceMode.update({ where: { id: 1 }, data: { mode: 'paused' } });
    expect((await create({}, headers)).status).toBe(503);
    await api.db.serviceMode.update({ where: { id: 1 }, data: { mode: 'open' } });
    expect((await create({}, headers)).status).toBe(202);
  });
});

describe('a generation that waits', () => {
  it('is canceled for free, twice without error, and can be deleted then', async () => {
    const { body } = await create();
    const canceled = await api.call<Generation>('POST', `/v1/generations/${body.id}/cancel`);
    expect(canceled.body).toMatchObject({
      status: 'canceled',
      queue_position: null,
      cost: { amount: '0', unit: 'credits' },
    });
    expect((await api.call('POST', `/v1/generations/${body.id}/cancel`)).status).toBe(200);
    expect((await api.call('DELETE', `/v1/generations/${body.id}`)).status).toBe(204);
    expect((await api.call('GET', `/v1/generations/${body.id}`)).status).toBe(404);
  });

  it('cannot be deleted before it is finished, nor retried', async () => {
    const { body } = await create();
    expect((await api.call('DELETE', `/v1/generations/${body.id}`)).status).toBe(409);
    expect((await api.call('POST', `/v1/generations/${body.id}/retry`)).status).toBe(409);
    const resolved = await api.call('POST', `/v1/generations/${body.id}/resolve`, {
      body: { action: 'dismiss' },
    });
    expect([resolved.status, resolved.body['code']]).toEqual([409, 'wrong_state']);
  });

  it('is canceled with the key that it waits for', async () => {
    const key = await api.call<{ id: string }>('POST', '/v1/keys', {
      body: { provider: 'genaipro', secret: 'eyJtoRetire1' },
    });
    const { body } = await create({ key_id: key.body.id });
    await api.call('DELETE', `/v1/keys/${key.body.id}`);
    expect((await api.call<Generation>('GET', `/v1/generations/${body.id}`)).body.status).toBe('canceled');
  });
});

describe('the list', () => {
  it('pages newest first without gaps, and filters', async () => {
    const { as } = await api.addPerson();
    const key = await api.call<{ id: string }>('POST', '/v1/keys', {
      as,
      body: { provider: 'genaipro', secret: 'eyJlistlist' },
    });
    const ids: string[] = [];
    for (const prompt of ['one fish', 'two fish', 'red boat', 'blue fish', 'last boat']) {
      ids.unshift((await create({ prompt, key_id: key.body.id }, {}, as)).body.id);
    }
    type List = { data: Generation[]; has_more: boolean; next: string | null };
    const seen: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const query = `/v1/generations?limit=2${next && `&after=${next}`}`;
      const page: List = (await api.call<List>('GET', query, { as })).body;
      seen.push(...page.data.map(({ id }) => id));
      expect(page.has_more).toBe(page.next !== null);
      next = page.next;
    }
    expect(seen).toEqual(ids);
    const fish = await api.call<List>('GET', '/v1/generations?q=FISH&status=queued', { as });
    expect(fish.body.data.map(({ prompt }) => prompt)).toEqual(['blue fish', 'two fish', 'one fish']);
    expect((await api.call<List>('GET', '/v1/generations?status=succeeded', { as })).body.data).toEqual([]);
    expect((await api.call('GET', '/v1/generations?limit=1000', { as })).status).toBe(400);
    expect((await api.call('GET', '/v1/generations?sort=up', { as })).status).toBe(400);
  });
});

describe('the list by status', () => {
  const list = async (query: string, as: Record<string, string>) => {
    const { body } = await api.call<{ data: Generation[] }>('GET', `/v1/generations?${query}`, { as });
    return body.data.map(({ prompt, status }) => `${prompt}: ${status}`).sort();
  };

  it('takes one or several, and knows exactly which generation is which', async () => {
    const { as } = await api.addPerson();
    const key = await api.call<{ id: string }>('POST', '/v1/keys', {
      as,
      body: { provider: 'genaipro', secret: 'eyJstatuses' },
    });
    const now = new Date();
    const rows = [
      ['a', 'queued', null],
      // It was asked too late: what is queued or stored cannot be called canceling.
      ['b', 'admitted', now],
      ['c', 'running', null],
      ['d', 'running', now],
      ['e', 'storing', now],
      ['f', 'succeeded', now],
    ] as const;
    for (const [prompt, state, cancelRequestedAt] of rows) {
      const { body } = await create({ prompt, key_id: key.body.id }, {}, as);
      await api.db.generation.update({ where: { id: body.id }, data: { state, cancelRequestedAt } });
    }
    const shown = {
      queued: ['a: queued', 'b: queued'],
      in_progress: ['c: in_progress', 'e: in_progress'],
      canceling: ['d: canceling'],
      succeeded: ['f: succeeded'],
      failed: [],
    };
    for (const [status, expected] of Object.entries(shown))
      expect(await list(`status=${status}`, as)).toEqual(expected);
    expect(await list('status=queued&status=in_progress', as)).toEqual(
      [...shown.queued, ...shown.in_progress].sort(),
    );
    expect(await list('status=canceling&status=succeeded&status=canceling', as)).toEqual([
      ...shown.canceling,
      ...shown.succeeded,
    ]);
    expect(await list('status=in_progress&status=canceling&q=d', as)).toEqual(shown.canceling);
    expect(
      await list(
        Object.keys(shown)
          .map((status) => `status=${status}`)
          .join('&'),
        as,
      ),
    ).toHaveLength(6);
    expect(await list('limit=1&status=queued', as)).toEqual(['b: queued']);
  });

  it.each([
    ['status=done', 'status.0'],
    ['status=', 'status.0'],
    ['status=queued&status=done', 'status.1'],
    ['status=queued,failed', 'status.0'],
    [Array.from({ length: 9 }, () => 'status=queued').join('&'), 'status'],
    ['status=queued&kind=text_to_video&kind=create_image', 'kind'],
    ['model=a&model=b', 'model'],
    ['limit=1&limit=1', 'limit'],
  ])('%s names %s', async (query, field) => {
    const { status, body } = await api.call<{ errors: { field: string }[] }>(
      'GET',
      `/v1/generations?${query}`,
    );
    expect(status).toBe(400);
    expect(body.errors.map((error) => error.field)).toContain(field);
  });
});

describe('somebody else’s generation', () => {
  it.each([
    ['GET', ''],
    ['DELETE', ''],
    ['POST', '/cancel'],
    ['POST', '/retry'],
    ['POST', '/resolve'],
    ['GET', '/outputs/0'],
    ['GET', '/events'],
  ] as const)('%s …%s is not there', async (method, path) => {
    const { as } = await api.addPerson();
    const { body } = await create();
    const options = path === '/resolve' ? { as, body: { action: 'dismiss' } } : { as };
    expect((await api.call(method, `/v1/generations/${body.id}${path}`, options)).status).toBe(404);
    expect((await api.call<Generation>('GET', `/v1/generations/${body.id}`)).body.status).toBe('queued');
  });
});

describe('an estimate', () => {
  it('tells the price before it is made, and checks as the request itself', async () => {
    const body = { model: 'genaipro/veo', kind: 'text_to_video', count: 4 };
    const { body: estimate } = await api.call('POST', '/v1/estimates', { body });
    expect(estimate).toMatchObject({ price: { amount: '4', unit: 'credits' }, expected_seconds: 90 });
    expect(estimate).toMatchObject({ allowed: true, reason: null, budgets: [] });
    expect((await api.call('POST', '/v1/estimates', { body: { ...body, count: 9 } })).status).toBe(400);
  });
});
