import { randomUUID } from 'node:crypto';
import type { Usage } from '@veogate/shared/contracts/usage';
import type { Prisma } from '@veogate/shared/db/generated/client';
import { forgetUsageOf, rollUpUsage } from '@veogate/shared/db/usage-repo';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { addPerson } from '../../../test/support/person.ts';
import { startTestApi, type TestApi } from './support/api.ts';

let api: TestApi;
let ada: Awaited<ReturnType<typeof addPerson>>;
let ben: typeof ada;
beforeEach(async () => {
  const started = await startTestApi();
  onTestFinished(() => started.close());
  api = started;
  ada = await addPerson(api.db);
  ben = await addPerson(api.db);
});

type Change = Partial<Prisma.GenerationUncheckedCreateInput> & { spent?: string };

/** One that was begun then, for three credits. */
async function begin(
  whose: typeof ada,
  createdAt: string,
  { spent, ...change }: Change = {},
): Promise<string> {
  const id = randomUUID();
  const at = new Date(createdAt);
  const what = { provider: 'genaipro', model: 'genaipro/veo', kind: 'text_to_video', prompt: 'x', count: 1 };
  await api.db.generation.create({
    data: {
      id,
      ...whose,
      ...what,
      createdAt: at,
      holdAmount: '3',
      unit: 'credits',
      state: 'succeeded',
      ...change,
    },
  });
  if (spent !== undefined) {
    const entry = { id: randomUUID(), generationId: id, ...whose, provider: 'genaipro', unit: 'credits' };
    await api.db.ledgerEntry.create({ data: { ...entry, kind: 'settlement', day: at, held: '-3', spent } });
  }
  return id;
}
const read = async (query: string, as?: Record<string, string>) =>
  (await api.call<Usage>('GET', `${as ? '/v1/me/usage' : '/v1/admin/usage'}?${query}`, { ...(as && { as }) }))
    .body;
const DAY = 'from=2026-03-02T00:00:00Z&to=2026-03-03T00:00:00Z&by=hour';

describe('usage', () => {
  it('is counted by the hour in which things were begun, with what each cost and how it ended', async () => {
    await begin(ada, '2026-03-02T09:59:59.999Z', { spent: '3' });
    await begin(ada, '2026-03-02T10:00:00Z', { state: 'failed', errorCode: 'content_filtered', spent: '0' });
    await begin(ben, '2026-03-02T10:30:00Z', { state: 'queued' });
    await begin(ben, '2026-03-02T10:40:00Z', { provider: 'demo', model: 'demo/veo' });
    expect(await rollUpUsage(api.db)).toBe(2);
    const { total, steps, codes, users, models } = await read(DAY);
    const credits = (amount: string) => ({ amount, unit: 'credits' });
    expect(total).toMatchObject({ generations: 4, succeeded: 2, failed: 1, in_progress: 1, active_users: 2 });
    expect(total.spend).toEqual([{ estimated: credits('9'), settled: credits('3') }]);
    expect(steps).toHaveLength(24);
    expect(
      steps.filter(({ generations }) => generations > 0).map(({ at, generations }) => [at, generations]),
    ).toEqual([
      ['2026-03-02T09:00:00.000Z', 1],
      ['2026-03-02T10:00:00.000Z', 3],
    ]);
    expect(codes).toEqual([{ code: 'content_filtered', generations: 1 }]);
    expect(users.map(({ id, generations, failed }) => [id, generations, failed]).sort()).toEqual(
      [
        [ada.userId, 2, 1],
        [ben.userId, 2, 0],
      ].sort(),
    );
    expect(models.map(({ id, generations, spend }) => [id, generations, spend])).toEqual([
      ['genaipro/veo', 3, [credits('3')]],
      ['demo/veo', 1, []],
    ]);
  });

  it('is the same however often it is counted, and follows what changes later', async () => {
    const id = await begin(ada, '2026-03-02T09:00:00Z', { state: 'running' });
    await rollUpUsage(api.db);
    await rollUpUsage(api.db);
    expect((await read(DAY)).total).toMatchObject({ generations: 1, in_progress: 1 });
    await api.db.generation.update({ where: { id }, data: { state: 'expired', updatedAt: new Date() } });
    await Promise.all([rollUpUsage(api.db), rollUpUsage(api.db)]);
    expect((await read(DAY)).total).toMatchObject({ generations: 1, in_progress: 0, expired: 1 });
  });

  it('is of one person, project, key or model, where that is asked for', async () => {
    await begin(ada, '2026-03-02T09:00:00Z');
    await begin(ben, '2026-03-02T09:00:00Z');
    await rollUpUsage(api.db);
    for (const of of [`user_id=${ada.userId}`, `project_id=${ada.projectId}`, `key_id=${ada.keyId}`])
      expect([of, (await read(`${DAY}&${of}`)).total.generations]).toEqual([of, 1]);
    expect((await read(`${DAY}&model=genaipro/veo`)).total.generations).toBe(2);
    expect((await read(`${DAY}&model=demo/veo`)).total.generations).toBe(0);
  });

  it('shows people their own, and nobody else', async () => {
    await begin(ada, '2026-03-02T09:00:00Z');
    await begin(ben, '2026-03-02T09:00:00Z');
    await rollUpUsage(api.db);
    const own = await read(DAY, await api.signIn(ada.userId));
    expect([own.total.generations, own.users]).toEqual([1, []]);
    expect(own.projects.map(({ id }) => id)).toEqual([ada.projectId]);
  });

  it('is by day and by week, which begins on Mondays', async () => {
    // A Sunday and a Monday.
    await begin(ada, '2026-03-01T23:59:00Z');
    await begin(ada, '2026-03-02T00:00:00Z');
    await rollUpUsage(api.db);
    const span = 'from=2026-02-25T12:00:00Z&to=2026-03-03T12:00:00Z';
    const counts = ({ steps }: Usage) => steps.map(({ at, generations }) => [at.slice(0, 10), generations]);
    expect(counts(await read(`${span}&by=week`))).toEqual([
      ['2026-02-23', 1],
      ['2026-03-02', 1],
    ]);
    expect(counts(await read(`${span}&by=day`)).filter(([, n]) => n !== 0)).toEqual([
      ['2026-03-01', 1],
      ['2026-03-02', 1],
    ]);
  });

  it('tells how long each model takes', async () => {
    const at = new Date('2026-03-02T09:00:00Z');
    for (const seconds of [60, 60, 60, 60, 60, 60, 60, 60, 60, 600])
      await begin(ada, at.toISOString(), {
        submittedAt: at,
        finishedAt: new Date(at.getTime() + seconds * 1_000),
      });
    await rollUpUsage(api.db);
    const [latency] = (await read(DAY)).latencies;
    expect(latency).toMatchObject({ model: 'genaipro/veo', generations: 10 });
    const isAbout = (seconds: number | undefined, wanted: number) =>
      expect(Math.abs((seconds ?? 0) / wanted - 1)).toBeLessThan(0.11);
    isAbout(latency?.p50_seconds, 60);
    isAbout(latency?.p99_seconds, 600);
  });

  it('keeps what was done by an account that is gone, without saying by whom', async () => {
    await begin(ada, '2026-03-02T09:00:00Z', { spent: '3' });
    const bens = await begin(ben, '2026-03-02T09:10:00Z');
    await rollUpUsage(api.db);
    await api.db.ledgerEntry.deleteMany();
    await api.db.generation.deleteMany({ where: { userId: ada.userId } });
    await api.db.$transaction((tx) => forgetUsageOf(tx, ada.userId));
    await api.db.generation.update({ where: { id: bens }, data: { updatedAt: new Date() } });
    await rollUpUsage(api.db);
    const { total, users } = await read(DAY);
    expect([total.generations, total.active_users, total.spend[0]?.settled.amount]).toEqual([2, 1, '3']);
    expect(users.map(({ id }) => id).sort()).toEqual([ben.userId, null].sort());
  });

  it('is written out as CSV', async () => {
    await begin(ada, '2026-03-02T09:00:00Z', { spent: '3' });
    await rollUpUsage(api.db);
    const { text, headers } = await api.call('GET', `/v1/admin/usage/export?${DAY}`);
    const lines = text.trim().split(/\r?\n/);
    expect(lines[0]).toBe(
      'hour,generations,succeeded,failed,canceled,expired,outcome_unknown,in_progress,outputs,filtered,estimated_credits,settled_credits,estimated_usd,settled_usd',
    );
    expect(lines[10]).toBe('2026-03-02T09:00:00.000Z,1,1,0,0,0,0,0,0,0,3,3,0,0');
    expect(headers['content-disposition']).toContain('veogate-usage-2026-03-02-2026-03-03.csv');
  });

  it.each([
    ['from=2026-03-03T00:00:00Z&to=2026-03-02T00:00:00Z', 'from'],
    ['from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z&by=hour', 'by'],
    ['by=minute', 'by'],
  ])('refuses %s, naming the field', async (query, field) => {
    const answer = await api.call<{ errors: { field: string }[] }>('GET', `/v1/admin/usage?${query}`);
    expect([answer.status, answer.body.errors[0]?.field]).toEqual([400, field]);
  });
});
