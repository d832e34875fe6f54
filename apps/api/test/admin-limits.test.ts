import type { AdminLimits, AdminUser } from '@veogate/shared/contracts/admin';
import type { ModelList } from '@veogate/shared/contracts/meta';
import type { Static } from 'typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './support/api.ts';
import { createPeople } from './support/people.ts';

let api: TestApi;
let people: ReturnType<typeof createPeople>;
beforeAll(async () => {
  api = await startTestApi({
    ...{ ACCESS_PROFILE: 'invite', PUBLIC_URL: 'https://veogate.test' },
    ...{ LIMIT_GENERATIONS: '5', LIMIT_GENERATIONS_ADMIN: '0', LIMIT_VIOLATIONS: '0', SEATS: '40' },
  });
  people = createPeople(api);
});
afterAll(() => api?.close());

type Headers = Record<string, string>;
type Problem = { code: string; detail: string; errors: { field: string }[] };

const begin = (as: Headers, keyId: string) =>
  api.call<Problem>('POST', '/v1/generations', {
    as,
    body: { model: 'genaipro/veo', kind: 'text_to_video', prompt: 'a paper boat', key_id: keyId },
  });

it('the limits in force are shown as they are set', async () => {
  const root = await api.addPerson('Root', 'admin');
  const { body } = await api.call<AdminLimits>('GET', '/v1/admin/limits', { as: root.as });
  const values = Object.fromEntries(body.limits.map(({ setting, value }) => [setting, value]));
  expect(values).toMatchObject({
    ...{ LIMIT_GENERATIONS: 5, LIMIT_GENERATIONS_ADMIN: null, LIMIT_GENERATIONS_SECONDS: 300 },
    ...{ LIMIT_USER: 600, LIMIT_VIOLATIONS: null, SEATS: 40, RETENTION_HOURS: null },
  });
});

describe('a limit of one person', () => {
  it('takes the place of the role’s, more or less, until it is taken back', async () => {
    const root = await api.addPerson('Root', 'admin');
    const { user, as } = await api.addPerson('Maker');
    const { key_id: keyId } = await people.generate(as);
    const limit = (generation_limit: unknown) =>
      api.call<AdminUser>('PATCH', `/v1/admin/users/${user.id}`, { as: root.as, body: { generation_limit } });

    expect((await limit(2)).body.generation_limit).toBe(2);
    expect((await begin(as, keyId)).status).toBe(202);
    const refused = await begin(as, keyId);
    expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
    await limit(7);
    for (let n = 3; n <= 7; n += 1) expect((await begin(as, keyId)).status).toBe(202);
    expect((await begin(as, keyId)).status).toBe(429);
    await limit(null);
    expect((await begin(as, keyId)).status).toBe(429);

    const entries = await api.db.auditEvent.findMany({
      where: { action: 'user.limit_changed', subjectId: user.id },
      orderBy: { at: 'asc' },
    });
    expect(entries.map(({ actorId, detail }) => [actorId, detail])).toEqual([
      [root.user.id, { from: null, to: 2 }],
      [root.user.id, { from: 2, to: 7 }],
      [root.user.id, { from: 7, to: null }],
    ]);
  });

  it.each([0, -1, 1.5, 100_001, '5'])('is not %j', async (generation_limit) => {
    const root = await api.addPerson('Root', 'admin');
    const { user } = await api.addPerson();
    const answer = await api.call<Problem>('PATCH', `/v1/admin/users/${user.id}`, {
      as: root.as,
      body: { generation_limit },
    });
    expect([answer.status, answer.body.errors[0]?.field]).toEqual([400, 'generation_limit']);
  });
});

describe('a model', () => {
  const offer = (as: Headers, body: object) =>
    api.call<AdminLimits & Problem>('PUT', '/v1/admin/models', { as, body });
  const stateOf = async (model: string) => {
    const { body } = await api.call<Static<typeof ModelList>>('GET', '/v1/models', { as: {} });
    return body.data.find(({ id }) => id === model)?.state;
  };

  it('that is withdrawn takes nothing new, says why, keeps what was begun, and comes back', async () => {
    const root = await api.addPerson('Root', 'admin');
    const { as } = await api.addPerson('Maker');
    const { id, key_id: keyId } = await people.generate(as);
    const before = await stateOf('genaipro/veo');
    const withdrawn = await offer(root.as, { model: 'genaipro/veo', offered: false, reason: 'Too dear. ' });
    expect(withdrawn.body.models.find((model) => model.id === 'genaipro/veo')?.withdrawn).toMatchObject({
      reason: 'Too dear.',
    });
    expect(await stateOf('genaipro/veo')).toBe('retired');
    const refused = await begin(as, keyId);
    expect([refused.status, refused.body.errors[0]?.field]).toEqual([400, 'model']);
    expect(refused.body.detail).toContain('is not offered at present: Too dear.');
    const waiting = await api.db.generation.findUniqueOrThrow({ where: { id } });
    expect(waiting.state).toBe('queued');

    await offer(root.as, { model: 'genaipro/veo', offered: true });
    expect(await stateOf('genaipro/veo')).toBe(before);
    expect((await begin(as, keyId)).status).toBe(202);
    const entries = await api.db.auditEvent.findMany({
      where: { subjectId: 'genaipro/veo' },
      orderBy: { at: 'asc' },
    });
    expect(entries.map(({ action }) => action)).toEqual(['model.withdrawn', 'model.offered']);
  });

  it.each([
    [{ model: 'genaipro/veo', offered: false }, 'reason'],
    [{ model: 'genaipro/veo', offered: false, reason: ' ' }, 'reason'],
    [{ model: 'nobody/knows', offered: true }, 'model'],
    [{ model: 'genaipro/veo' }, 'offered'],
  ])('is not changed by %j', async (body, field) => {
    const root = await api.addPerson('Root', 'admin');
    const answer = await offer(root.as, body);
    expect([answer.status, answer.body.errors[0]?.field]).toEqual([400, field]);
  });
});
