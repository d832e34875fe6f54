import { randomBytes } from 'node:crypto';
import type { Key } from '@veogate/shared/contracts/keys';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './support/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api?.close());

const add = (more: object = {}) =>
  api.call<Key & { code: string }>('POST', '/v1/keys', {
    body: { provider: 'genaipro', secret: `eyJ${randomBytes(12).toString('hex')}`, ...more },
  });
const check = (id: string) => api.call<Key & { code: string }>('POST', `/v1/keys/${id}/check`);
const jobs = async () => {
  const rows = await api.db.$queryRaw<{ row: string }[]>`select t::text as row from bullmq.job t`;
  return rows.map(({ row }) => row);
};

describe('the check of a key', () => {
  it.each(['rejected', 'needs_reentry'] as const)('begins anew for one that is %s', async (state) => {
    const { body } = await add();
    await api.db.providerKey.update({
      where: { id: body.id },
      data: { state, stateReason: 'key_invalid', checkFailures: 3 },
    });
    expect((await api.call<Key>('GET', `/v1/keys/${body.id}`)).body.state_reason).toMatchObject({
      code: 'key_invalid',
      message: expect.any(String),
      advice: expect.any(String),
    });
    const answer = await check(body.id);
    expect([answer.status, answer.body.state, answer.body.state_reason]).toEqual([202, 'checking', null]);
  });

  it('leaves a good key good', async () => {
    const { body } = await add();
    await api.activateKey(body.id);
    expect((await check(body.id)).body.state).toBe('active');
  });

  it('is asked for by id alone: no secret is in the queue', async () => {
    const secret = `eyJ${randomBytes(12).toString('hex')}`;
    const { body } = await add({ secret });
    const queued = (await jobs()).join('\n');
    expect(queued).toContain(body.id);
    expect(queued).not.toContain(secret);
  });

  it('does not pile up, however often it is asked for', async () => {
    const { body } = await add();
    for (let n = 0; n < 20; n += 1) expect((await check(body.id)).status).toBe(202);
    // The first check, which began by itself, and at the most one running and one kept for after it.
    const waiting = (await jobs()).filter((row) => row.includes(body.id));
    expect(waiting.length).toBeLessThanOrEqual(3);
  });
});

describe('adding a key', () => {
  it('of the demo is refused where there is none', async () => {
    const { status, body } = await add({ provider: 'demo' });
    expect([status, body.code]).toEqual([400, 'invalid_request']);
  });

  it('keeps no more than its sealed form and a hint', async () => {
    const secret = `eyJ${randomBytes(12).toString('hex')}`;
    const { body } = await add({ secret });
    const row = await api.db.providerKey.findUniqueOrThrow({ where: { id: body.id } });
    expect(row.hint).toBe(secret.slice(-4));
    expect(row.sealed?.length).toBeGreaterThan(secret.length + 32);
    expect(Buffer.from(row.sealed ?? []).includes(secret)).toBe(false);
    expect(row.fingerprint).toBeNull();
  });

  it('twice gives two sealed forms that nobody can tell to be equal', async () => {
    const secret = `eyJ${randomBytes(12).toString('hex')}`;
    const ids = [(await add({ secret })).body.id, (await add({ secret })).body.id];
    const [a, b] = await api.db.providerKey.findMany({ where: { id: { in: ids } } });
    expect(Buffer.from(a?.sealed ?? []).equals(Buffer.from(b?.sealed ?? []))).toBe(false);
  });

  it('is answered though the queue is away', async () => {
    const { queues } = api.services;
    const away = api.services as { queues: { add: typeof queues.add } };
    const original = queues.add;
    away.queues.add = async () => {
      throw new Error('the queue is away');
    };
    const answer = await add().finally(() => {
      away.queues.add = original;
    });
    expect([answer.status, answer.body.state]).toEqual([201, 'checking']);
  });
});

describe('the list of keys', () => {
  it('pages without gaps', async () => {
    const seen: string[] = [];
    let after = '';
    do {
      const { body } = await api.call<{ data: Key[]; next: string | null; has_more: boolean }>(
        'GET',
        `/v1/keys?limit=3${after && `&after=${after}`}`,
      );
      expect(body.has_more).toBe(body.next !== null);
      seen.push(...body.data.map(({ id }) => id));
      after = body.next ?? '';
    } while (after);
    expect(seen).toEqual([...seen].sort().reverse());
    expect(new Set(seen).size).toBe(await api.db.providerKey.count({ where: { ownerId: api.owner.id } }));
  });
});
