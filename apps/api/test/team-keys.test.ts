import type { Key } from '@veogate/shared/contracts/keys';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './support/api.ts';

const PROFILE = { ACCESS_PROFILE: 'invite', PUBLIC_URL: 'https://veogate.test', LIMIT_GENERATIONS: '0' };
const SECRET = 'eyJthe-teams-own-key';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi(PROFILE);
});
afterAll(() => api?.close());

const addKey = (body: object, as?: Record<string, string>) =>
  api.call<Key & { code: string }>('POST', '/v1/keys', {
    body: { provider: 'genaipro', secret: SECRET, ...body },
    ...(as && { as }),
  });
async function addTeamKey(label = 'Team VEO'): Promise<Key> {
  const { status, body } = await addKey({ label, scope: 'team' });
  expect(status).toBe(201);
  const quota = { total: 100, used: 40, expires_at: null };
  await api.db.providerKey.update({ where: { id: body.id }, data: { state: 'active', quota } });
  return body;
}
const generate = (as: Record<string, string>, key_id: string, more: object = {}) =>
  api.call<{ id: string; code: string; detail: string }>('POST', '/v1/generations', {
    as,
    body: { model: 'genaipro/veo', kind: 'text_to_video', prompt: 'a paper boat', key_id, ...more },
  });
const readKey = async (id: string, as?: Record<string, string>) =>
  (await api.call<Key>('GET', `/v1/keys/${id}`, as && { as })).body;

describe('a key of the team', () => {
  it('is added by an administrator, and by nobody else', async () => {
    const { as } = await api.addPerson();
    expect((await addKey({ scope: 'team' }, as)).body.code).toBe('role_missing');
    const { as: auditor } = await api.addPerson('Auditor', 'auditor');
    expect((await addKey({ scope: 'team' }, auditor)).status).toBe(403);
    expect(await addTeamKey()).toMatchObject({ scope: 'team', can_manage: true });
  });

  it('is seen and used by everybody, who read nothing of its quota', async () => {
    const key = await addTeamKey();
    const { as } = await api.addPerson();
    const { body } = await api.call<{ data: Key[] }>('GET', '/v1/keys', { as });
    const seen = body.data.find(({ id }) => id === key.id);
    expect(seen).toMatchObject({ label: 'Team VEO', scope: 'team', can_manage: false, quota: null });
    expect((await readKey(key.id)).quota).toMatchObject({ total: 100 });
    const begun = await generate(as, key.id);
    expect(begun.status).toBe(202);
  });

  it('is checked and retired by any administrator, and by nobody else', async () => {
    const key = await addTeamKey();
    const { as } = await api.addPerson();
    const { as: admin } = await api.addPerson('Another admin', 'admin');
    expect((await api.call('POST', `/v1/keys/${key.id}/check`, { as })).status).toBe(403);
    expect((await api.call('DELETE', `/v1/keys/${key.id}`, { as })).status).toBe(403);
    expect((await api.call('POST', `/v1/keys/${key.id}/check`, { as: admin })).status).toBe(202);
    const begun = await generate(as, key.id);
    expect((await api.call('DELETE', `/v1/keys/${key.id}`, { as: admin })).status).toBe(204);
    expect((await readKey(key.id, as)).state).toBe('retired');
    const { body } = await api.call('GET', `/v1/generations/${begun.body.id}`, { as });
    expect(body['status']).toBe('canceled');
    const [event] = await api.db.auditEvent.findMany({ where: { action: 'key.retired', subjectId: key.id } });
    expect(event?.actorId).not.toBe(api.owner.id);
    expect((await generate(as, key.id)).body.code).toBe('key_not_usable');
  });

  it('has a budget of its own, that all who use it share', async () => {
    const key = await addTeamKey();
    const target = { scope: 'team_key', scope_id: key.id, unit: 'credits', period: 'day' };
    expect((await api.call('PUT', '/v1/admin/budgets', { body: { ...target, amount: '3' } })).status).toBe(
      204,
    );
    const [one, other] = [await api.addPerson(), await api.addPerson()];
    expect((await generate(one.as, key.id, { count: 2 })).status).toBe(202);
    const refused = await generate(other.as, key.id, { count: 2 });
    expect(refused.body).toMatchObject({ code: 'budget_exceeded' });
    expect(refused.body.detail).toMatch(/^The team’s key has 1 credit left until /);
    const { body } = await api.call<{ data: { scope: string }[] }>('GET', '/v1/budgets', { as: other.as });
    expect(body.data).toMatchObject([{ scope: 'team_key', name: 'Team VEO', left: '1' }]);
  });

  it('lets others of a project try again what somebody made with it', async () => {
    const key = await addTeamKey();
    const [one, other] = [await api.addPerson(), await api.addPerson()];
    const data = { name: 'Film', kind: 'shared' as const };
    const members = [one, other].map(({ user }) => ({ userId: user.id, role: 'editor' as const }));
    const { id } = await api.db.project.create({
      data: { ...data, id: crypto.randomUUID(), members: { create: members } },
    });
    const { body } = await generate(one.as, key.id, { project_id: id });
    await api.call('POST', `/v1/generations/${body.id}/cancel`, { as: one.as });
    expect((await api.call('POST', `/v1/generations/${body.id}/retry`, { as: other.as })).status).toBe(202);
  });

  it('is retired with the account of whoever added it', async () => {
    const admin = await api.addPerson('Leaving admin', 'admin');
    const { body: key } = await addKey({ scope: 'team' }, admin.as);
    await api.activateKey(key.id);
    const body = { confirm: 'Leaving admin' };
    expect((await api.call('DELETE', '/v1/me', { as: admin.as, body })).status).toBe(204);
    const { as } = await api.addPerson();
    expect((await generate(as, key.id)).body.code).toBe('key_not_usable');
  });

  it('is not written anywhere in clear', async () => {
    await addTeamKey();
    expect(api.logs()).not.toContain(SECRET);
  });
});
