import type { Checklist, ChecklistRun } from '@veogate/shared/contracts/checklist';
import { readSeats } from '@veogate/shared/db/checklist-repo';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './support/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api?.close());

const show = async () => (await api.call<Checklist>('GET', '/v1/admin/checklist')).body;
const tick = (item: string, body: object = {}, as?: Record<string, string>) =>
  api.call<Checklist & { code: string; errors: { field: string }[] }>('POST', `/v1/admin/checklist/${item}`, {
    body,
    ...(as && { as }),
  });
const find = async (id: string) => (await show()).data.find((item) => item.id === id);
const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000);

describe('the checklist', () => {
  it('asks for what the profile needs, from the first account on', async () => {
    const { data, seats } = await show();
    expect(data.map(({ id }) => id)).toEqual([
      ...['metrics', 'incidents', 'spot_check', 'users', 'quota', 'suspicious'],
      ...['access_logs', 'dependencies', 'security'],
    ]);
    expect(new Set(data.map(({ state }) => state))).toEqual(new Set(['due']));
    expect(seats).toMatchObject({ allowed: null, raised_here: false });
  });

  it('is ticked by an administrator, which is written down with the note', async () => {
    const { status, body } = await tick('metrics', { note: 'All quiet.' });
    expect(status).toBe(200);
    const item = body.data.find(({ id }) => id === 'metrics');
    expect(item).toMatchObject({ state: 'done', ticks: [{ note: 'All quiet.', by: { name: 'Owner' } }] });
    const entry = await api.db.auditEvent.findFirstOrThrow({ where: { action: 'checklist.ticked' } });
    expect([entry.actorId, entry.subjectId]).toEqual([api.owner.id, 'metrics']);
  });

  it.each([
    ['metrics', 23, 'done'],
    ['metrics', 25, 'due'],
    ['metrics', 37, 'overdue'],
    ['users', 24 * 6, 'done'],
    ['users', 24 * 8, 'due'],
    ['users', 24 * 10, 'overdue'],
    ['security', 24 * 29, 'done'],
    ['security', 24 * 31, 'due'],
    ['security', 24 * 40, 'overdue'],
  ])('says of %s, looked at %i hours ago: %s', async (item, hours, state) => {
    await api.db.checklistTick.deleteMany({ where: { item } });
    await tick(item);
    await api.db.checklistTick.updateMany({ where: { item }, data: { at: ago(hours) } });
    expect((await find(item))?.state).toBe(state);
  });

  it('looks itself at the security settings', async () => {
    const { status, body } = await api.call<ChecklistRun>('POST', '/v1/admin/checklist/security/run');
    expect([status, body.ok]).toEqual([200, true]);
    expect(body.summary).toMatch(/^\d+ checks, \d+ to look at\. The risk is none\.$/);
    expect((await api.call('POST', '/v1/admin/checklist/users/run')).status).toBe(409);
  });

  it.each([
    ['metrics', { seats: 5 }, 400, 'seats'],
    ['metrics', { note: ' ' }, 400, 'note'],
    ['nothing', {}, 400, 'item'],
    ['opening', { seats: 5 }, 404, undefined],
  ])('refuses for %s: %j', async (item, body, status, field) => {
    const answer = await tick(item, body);
    expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([status, field]);
  });
});

describe('a new public service', () => {
  const start = (env: Record<string, string> = {}) =>
    startTestApi({ ACCESS_PROFILE: 'public', PUBLIC_URL: 'https://veogate.test', ...env });
  const open = (open: TestApi, body: object) =>
    open.call<Checklist & { code: string }>('POST', '/v1/admin/checklist/opening', { body });

  it('begins with few seats, which the checklist’s sign-off raises', async () => {
    const service = await start();
    const seats = () => readSeats(service.db, 'public', 0);
    try {
      const before = await service.call<Checklist>('GET', '/v1/admin/checklist');
      expect(before.body.seats).toEqual({ used: 1, allowed: 10, raised_here: true });
      expect(await seats()).toBe(10);
      expect((await open(service, {})).status).toBe(400);
      const after = await open(service, { seats: 250, note: 'A quiet week.' });
      expect([after.status, after.body.seats.allowed]).toEqual([200, 250]);
      expect(after.body.data.find(({ id }) => id === 'opening')).toMatchObject({
        state: 'done',
        due_at: null,
      });
      expect(await seats()).toBe(250);
    } finally {
      await service.close();
    }
  });

  it('has the seats that its operator set, where they did', async () => {
    const service = await start({ SEATS: '40' });
    try {
      const { body } = await service.call<Checklist>('GET', '/v1/admin/checklist');
      expect(body.seats).toMatchObject({ allowed: 40, raised_here: false });
      expect((await open(service, { seats: 250 })).status).toBe(409);
    } finally {
      await service.close();
    }
  });
});
