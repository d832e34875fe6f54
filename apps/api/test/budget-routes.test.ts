import type { AdminBudget, Budget } from '@veogate/shared/contracts/budgets';
import type { Estimate } from '@veogate/shared/contracts/generations';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './support/api.ts';
import { createPeople } from './support/people.ts';

const PROFILE = {
  ACCESS_PROFILE: 'invite',
  PUBLIC_URL: 'https://veogate.test',
  LIMIT_GENERATIONS: '0',
  SIMULATOR_URL: 'http://127.0.0.1:9',
  BUDGET_USER_MONTHLY: '10credits',
};
const VEO = { model: 'genaipro/veo', kind: 'text_to_video' };

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi(PROFILE);
});
afterEach(() => api.db.budget.deleteMany());
afterAll(() => api?.close());

async function addMaker() {
  const { user, as } = await api.addPerson('Maker');
  const body = { provider: 'genaipro', secret: 'eyJabcdefgh' };
  const key = await api.call<{ id: string }>('POST', '/v1/keys', { as, body });
  await api.activateKey(key.body.id);
  return { user, as, keyId: key.body.id };
}
type Maker = Awaited<ReturnType<typeof addMaker>>;
const create = ({ as, keyId }: Maker, count: number, project_id?: string) => {
  const body = { ...VEO, prompt: 'a paper boat', key_id: keyId, count, ...(project_id && { project_id }) };
  return api.call<{ code: string; detail: string }>('POST', '/v1/generations', { as, body });
};
const estimate = async ({ as, keyId }: Maker, count: number, more: object = {}) =>
  (await api.call<Estimate>('POST', '/v1/estimates', { as, body: { ...VEO, count, key_id: keyId, ...more } }))
    .body;
const listOwn = async ({ as }: Pick<Maker, 'as'>) =>
  (await api.call<{ data: Budget[] }>('GET', '/v1/budgets', { as })).body.data;
const set = (body: object, as?: Record<string, string>) =>
  api.call<{ code: string }>('PUT', '/v1/admin/budgets', { body, ...(as && { as }) });
const remove = (query: string) => api.call('DELETE', `/v1/admin/budgets?${query}`);
const credits = { unit: 'credits', period: 'month' } as const;

describe('whoever asks what is left', () => {
  it('is told of each budget that binds them: what is held, spent and left, and until when', async () => {
    const maker = await addMaker();
    await create(maker, 3);
    const [budget, ...others] = await listOwn(maker);
    expect(others).toEqual([]);
    expect(budget).toMatchObject({ scope: 'user', name: 'Your budget', ...credits });
    expect(budget).toMatchObject({ limit: '10', held: '3', spent: '0', left: '7' });
    expect(budget?.resets_at).toMatch(/-01T00:00:00\.000Z$/);
  });

  it('reads before it is made what would be left, and that it would be refused', async () => {
    const maker = await addMaker();
    await create(maker, 4);
    await create(maker, 3);
    const small = await estimate(maker, 2);
    expect(small).toMatchObject({ allowed: true, reason: null });
    expect(small.budgets).toEqual([
      { scope: 'user', name: 'Your budget', ...credits, left: '3', after: '1' },
    ]);
    const large = await estimate(maker, 4);
    expect(large).toMatchObject({ allowed: false, reason: { code: 'budget_exceeded' } });
    expect(large.budgets[0]).toMatchObject({ left: '3', after: null });
    const refused = await create(maker, 4);
    expect(refused.body.detail).toBe(large.reason?.message);
  });

  it('reads nothing of budgets for what is simulated', async () => {
    const maker = await addMaker();
    const body = { model: 'demo/veo', kind: 'text_to_video' };
    const { body: told } = await api.call<Estimate>('POST', '/v1/estimates', { as: maker.as, body });
    expect(told).toMatchObject({ allowed: true, budgets: [] });
  });

  it('reads nothing of projects and keys of others', async () => {
    const [maker, other] = [await addMaker(), await addMaker()];
    const project = await createPeople(api).makeProject(other.as);
    for (const more of [{ project_id: project.id }, { key_id: other.keyId }]) {
      const body = { ...VEO, ...more };
      expect((await api.call('POST', '/v1/estimates', { as: maker.as, body })).status).toBe(404);
    }
  });
});

describe('an administrator', () => {
  it('gives one person a budget that takes the place of everybody’s', async () => {
    const maker = await addMaker();
    const body = { scope: 'user', scope_id: maker.user.id, ...credits, amount: '12' };
    expect((await set(body)).status).toBe(204);
    expect((await listOwn(maker))[0]).toMatchObject({ limit: '12' });
    await set({ scope: 'user', ...credits, amount: '2' });
    expect((await listOwn(maker))[0]).toMatchObject({ limit: '12' });
    // Of what holds for everybody the strictest does.
    expect((await listOwn(await addMaker()))[0]).toMatchObject({ limit: '2' });
    expect((await remove(`scope=user&scope_id=${maker.user.id}&unit=credits&period=month`)).status).toBe(204);
    expect((await listOwn(maker))[0]).toMatchObject({ limit: '2' });
    expect((await remove(`scope=user&scope_id=${maker.user.id}&unit=credits&period=month`)).status).toBe(404);
  });

  it('sees every budget, whose it is, what it is taken up by, and who set it', async () => {
    const maker = await addMaker();
    await set({ scope: 'user', scope_id: maker.user.id, unit: 'credits', period: 'day', amount: '4.5' });
    await create(maker, 2);
    const { body } = await api.call<{ data: AdminBudget[] }>('GET', '/v1/admin/budgets');
    expect(body.data).toMatchObject([
      {
        scope: 'user',
        scope_id: null,
        ...credits,
        limit: '10',
        usage: null,
        source: 'settings',
        set_by: null,
      },
      {
        scope: 'user',
        scope_id: maker.user.id,
        name: 'Maker',
        period: 'day',
        limit: '4.5',
        usage: { held: '2', spent: '0', left: '2.5' },
        source: 'set',
        set_by: 'Admin',
      },
    ]);
    expect(await api.db.auditEvent.count({ where: { action: 'budget.set', subjectId: maker.user.id } })).toBe(
      1,
    );
  });

  it('sets none for what is not there', async () => {
    const nobody = '0199c0de-0000-7000-8000-000000000000';
    const one = { ...credits, amount: '1' };
    for (const scope of ['user', 'project', 'team_key', 'all'])
      expect((await set({ scope, scope_id: nobody, ...one })).status).toBe(404);
    for (const scope of ['project', 'team_key']) expect((await set({ scope, ...one })).status).toBe(404);
    for (const amount of ['-1', '1.00001', 'many', ''])
      expect((await set({ scope: 'all', ...credits, amount })).status).toBe(400);
  });
});

describe('the owner of a project', () => {
  it('says what may be spent in it, by whomever', async () => {
    const [owner, editor] = [await addMaker(), await addMaker()];
    const people = createPeople(api);
    const { id } = await people.makeProject(owner.as, 'Film');
    await api.db.projectMember.create({ data: { projectId: id, userId: editor.user.id, role: 'editor' } });
    const body = { ...credits, amount: '5' };
    const put = (as: Record<string, string>) => api.call('PUT', `/v1/projects/${id}/budget`, { as, body });
    expect((await put(editor.as)).status).toBe(403);
    expect((await put((await addMaker()).as)).status).toBe(404);
    expect((await put(owner.as)).status).toBe(204);
    await create(owner, 3, id);
    const told = (await listOwn(editor)).find(({ scope }) => scope === 'project');
    expect(told).toMatchObject({ scope_id: id, name: 'Film', limit: '5', held: '3', left: '2' });
    expect((await create(editor, 3, id)).body).toMatchObject({ code: 'budget_exceeded' });
    expect((await create(editor, 3)).status).toBe(202);
    const { budgets } = await estimate(editor, 1, { project_id: id });
    expect(budgets.map(({ name, after }) => [name, after])).toEqual([
      ['Film', '1'],
      ['Your budget', '6'],
    ]);
    const url = `/v1/projects/${id}/budget?unit=credits&period=month`;
    expect((await api.call('DELETE', url, { as: editor.as })).status).toBe(403);
    expect((await api.call('DELETE', url, { as: owner.as })).status).toBe(204);
    expect((await create(editor, 3, id)).status).toBe(202);
  });
});

describe('days and units', () => {
  it('are budgets of their own, of which the strictest is told first to whom it stops', async () => {
    const maker = await addMaker();
    await set({ scope: 'all', unit: 'credits', period: 'day', amount: '2' });
    const { status, body } = await create(maker, 3);
    expect([status, body.code]).toEqual([402, 'budget_exceeded']);
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    expect(body.detail).toContain(`left until ${tomorrow} (UTC)`);
    expect(body.detail).toMatch(/^The service has \d credits/);
  });

  it('refuse what has no price in any unit of theirs, and say so before', async () => {
    const maker = await addMaker();
    await set({ scope: 'all', unit: 'usd', period: 'month', amount: '2' });
    expect((await create(maker, 1)).body.code).toBe('price_unknown');
    expect(await estimate(maker, 1)).toMatchObject({ allowed: false, reason: { code: 'price_unknown' } });
  });
});
