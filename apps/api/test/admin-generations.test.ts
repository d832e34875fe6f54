import { Readable } from 'node:stream';
import type { AdminGeneration, Overview, QueueReport } from '@veogate/shared/contracts/admin-generations';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestApi, type TestApi } from './support/api.ts';
import { createPeople } from './support/people.ts';
import { buildWorld, type World } from './support/world.ts';

let api: TestApi;
let world: World;
let people: ReturnType<typeof createPeople>;
beforeAll(async () => {
  api = await startTestApi();
  world = await buildWorld(api);
  people = createPeople(api);
});
afterAll(() => api?.close());

const list = async (query: string) =>
  (await api.call<{ data: AdminGeneration[] }>('GET', `/v1/admin/generations?${query}`)).body.data;

describe('everybody’s generations', () => {
  it('are found by whose they are, how they ended and when', async () => {
    const id = await world.generation();
    const { as, user } = await api.addPerson('Ada');
    const waiting = await people.generate(as);
    const failed = await people.generate(as);
    const data = { state: 'failed' as const, errorCode: 'content_filtered', finishedAt: new Date() };
    await api.db.generation.update({ where: { id: failed.id }, data });
    const idsOf = async (query: string) => (await list(query)).map((generation) => generation.id);
    expect(await idsOf(`user_id=${user.id}`)).toEqual([failed.id, waiting.id]);
    expect(await idsOf(`user_id=${user.id}&outcome=in_progress`)).toEqual([waiting.id]);
    expect(await idsOf('code=content_filtered')).toEqual([failed.id]);
    expect(await idsOf(`outcome=succeeded&user_id=${world.ownerId}`)).toEqual([id]);
    expect(await idsOf('to=2026-01-01T00:00:00Z')).toEqual([]);
    expect(await idsOf(`key_id=${waiting.key_id}`)).toContain(waiting.id);
    expect((await list(`user_id=${user.id}`))[0]?.user).toEqual({ id: user.id, name: 'Ada' });
  });

  it('are drawn by lot for a spot check, of those that ended lately', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 4; n += 1) ids.push(await world.generation());
    await api.db.generation.updateMany({ where: { id: { in: ids } }, data: { finishedAt: new Date() } });
    const { body } = await api.call<{ data: AdminGeneration[] }>(
      'GET',
      '/v1/admin/generations/sample?count=2',
    );
    expect(body.data).toHaveLength(2);
    const before = new Date(Date.now() - 2 * 86_400_000);
    await api.db.generation.updateMany({ data: { finishedAt: before } });
    const none = await api.call<{ data: unknown[] }>('GET', '/v1/admin/generations/sample?hours=24');
    expect(none.body.data).toEqual([]);
  });

  it('are opened by an auditor or administrator who is not of the project, which is written down', async () => {
    const id = await world.generation();
    await api.services.store.put('x', Readable.from(['v']), async () => undefined);
    const as = await world.callers.auditor();
    // By the way of its members it is not there for them.
    expect((await api.call('GET', `/v1/generations/${id}/outputs/0`, { as })).status).toBe(404);
    const answer = await api.call('GET', `/v1/admin/generations/${id}/outputs/0`, { as });
    expect([answer.status, answer.text]).toEqual([200, 'v']);
    const [entry] = await vi.waitUntil(async () => {
      const found = await api.db.auditEvent.findMany({ where: { subjectId: id } });
      return found.length > 0 && found;
    });
    expect([entry?.action, entry?.detail]).toEqual(['output.viewed', { index: 0, as_admin: true }]);
    expect((await api.call('GET', `/v1/admin/generations/${id}/outputs/7`, { as })).status).toBe(404);
  });
});

describe('the queue', () => {
  it('tells what waits and what is in trouble, which can be tried at once', async () => {
    const { as, user } = await api.addPerson('Ben');
    const { id } = await people.generate(as);
    const later = new Date(Date.now() + 3_600_000);
    const why = { errorCode: 'provider_unreachable', errorReason: 'refused' };
    await api.db.generation.update({ where: { id }, data: { eligibleAt: later, notSentCount: 3, ...why } });
    const report = async () => (await api.call<QueueReport>('GET', '/v1/admin/queue')).body;
    const before = await report();
    expect(before.backend).toBe('postgres');
    expect(before.states.find(({ state }) => state === 'queued')?.count).toBeGreaterThan(0);
    expect(before.jobs?.map(({ name }) => name)).toContain('submit');
    const troubled = before.troubled.find((each) => each.id === id);
    expect(troubled?.user).toEqual({ id: user.id, name: 'Ben' });
    const running = await world.generation();
    const retried = await api.call<{ retried: number }>('POST', '/v1/admin/queue/retry', {
      body: { generation_ids: [id, running] },
    });
    expect([retried.status, retried.body.retried]).toEqual([200, 1]);
    const row = await api.db.generation.findUniqueOrThrow({ where: { id } });
    expect(row.eligibleAt.getTime()).toBeLessThanOrEqual(Date.now());
  });

  it('stands in the overview with everything else in numbers', async () => {
    const { status, body } = await api.call<Overview>('GET', '/v1/admin/overview');
    expect(status).toBe(200);
    expect(body).toMatchObject({ mode: 'open', incidents: { unresolved: 0, critical: 0 } });
    expect(body.users.total).toBeGreaterThan(5);
    expect(body.today.generations).toBeGreaterThan(0);
    expect(body.queue.waiting).toBeGreaterThan(0);
    expect(body.storage.users.length).toBeGreaterThan(0);
  });
});
