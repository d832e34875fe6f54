import type { Generation } from '@veogate/shared/contracts/generations';
import { insertToken, newTokenSecret } from '@veogate/shared/db/token-repo';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './support/api.ts';

const PROFILE = { ACCESS_PROFILE: 'invite', PUBLIC_URL: 'https://veogate.test' };
type Headers = Record<string, string>;
type Answer = Generation & { code: string; detail: string };

let api: TestApi;
beforeAll(async () => {
  // The other limits have tests of their own.
  api = await startTestApi({
    ...PROFILE,
    LIMIT_GENERATIONS: '5',
    LIMIT_GENERATIONS_ADMIN: '7',
    LIMIT_VIOLATIONS: '0',
  });
});
afterAll(() => api?.close());

async function addMaker(role: 'member' | 'auditor' | 'admin' = 'member', at = api) {
  const { user, as } = await api.addPerson('Maker', role);
  const body = { provider: 'genaipro', secret: 'eyJabcdefgh' };
  const key = await at.call<{ id: string }>('POST', '/v1/keys', { as, body });
  await api.activateKey(key.body.id);
  return { user, as, keyId: key.body.id };
}
type Maker = Awaited<ReturnType<typeof addMaker>>;
type Asking = { as: Headers; keyId: string };
const create = ({ as, keyId }: Asking, headers: Headers = {}, at = api) =>
  at.call<Answer>('POST', '/v1/generations', {
    as,
    headers,
    body: { model: 'genaipro/veo', kind: 'text_to_video', prompt: 'a paper boat', key_id: keyId },
  });
const begin = (maker: Asking, times: number) =>
  Promise.all(Array.from({ length: times }, () => create(maker)));
const countOf = ({ user }: Maker) => api.db.generation.count({ where: { userId: user.id } });
const age = ({ user }: Maker, seconds: number) =>
  api.db.generation.updateMany({
    where: { userId: user.id },
    data: { createdAt: new Date(Date.now() - seconds * 1_000) },
  });

describe('the limit of generations', () => {
  it('lets exactly as many through as it says, of 100 requests at once', async () => {
    const maker = await addMaker();
    const answers = await begin(maker, 100);
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(5);
    expect(await countOf(maker)).toBe(5);
  });

  it('says how long to wait: until the oldest leaves the window', async () => {
    const maker = await addMaker();
    await begin(maker, 5);
    await age(maker, 100);
    const { status, headers, body } = await create(maker);
    expect([status, body.code, body.detail]).toEqual([
      429,
      'rate_limited',
      'Rate limit exceeded. Please wait 4 minutes.',
    ]);
    expect(Number(headers['retry-after'])).toBeGreaterThan(195);
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(200);
    expect(headers['ratelimit-policy']).toBe('"generations";q=5;w=300');
    expect(headers['ratelimit']).toMatch(/^"generations";r=0;t=\d+$/);
    await age(maker, 255);
    expect((await create(maker)).body.detail).toMatch(/^Rate limit exceeded\. Please wait 4\d seconds\.$/);
    await age(maker, 299);
    expect((await create(maker)).body.detail).toMatch(/Please wait 1 second\.$/);
    await age(maker, 301);
    expect((await create(maker)).status).toBe(202);
  });

  it('tells with each generation how many more there may be', async () => {
    const maker = await addMaker();
    const first = await create(maker);
    const second = await create(maker);
    expect(first.headers['ratelimit']).toMatch(/^"generations";r=4;t=300$/);
    expect(second.headers['ratelimit']).toMatch(/^"generations";r=3;t=(299|300)$/);
    expect(second.headers['ratelimit-policy']).toBe('"generations";q=5;w=300');
  });

  it('counts a retry, and what was deleted', async () => {
    const maker = await addMaker();
    const { body } = await create(maker);
    await api.db.generation.update({ where: { id: body.id }, data: { state: 'failed' } });
    await begin(maker, 3);
    const { as } = maker;
    const retried = await api.call<Answer>('POST', `/v1/generations/${body.id}/retry`, { as });
    expect([retried.status, retried.headers['ratelimit']]).toEqual([
      202,
      expect.stringMatching(/^"generations";r=0/),
    ]);
    expect((await api.call('DELETE', `/v1/generations/${body.id}`, { as })).status).toBe(204);
    const again = await api.call<Answer>('POST', `/v1/generations/${retried.body.id}/cancel`, { as });
    expect(again.status).toBe(200);
    expect((await create(maker)).status).toBe(429);
    expect((await api.call('POST', `/v1/generations/${retried.body.id}/retry`, { as })).status).toBe(429);
  });

  it('does not count the same answer again, and gives it also to whoever is over the limit', async () => {
    const maker = await addMaker();
    const key = { 'idempotency-key': 'once' };
    const first = await create(maker, key);
    for (let i = 0; i < 5; i++) expect((await create(maker, key)).body.id).toBe(first.body.id);
    expect(await countOf(maker)).toBe(1);
    await begin(maker, 4);
    expect((await create(maker)).status).toBe(429);
    expect((await create(maker, key)).status).toBe(202);
    // What was refused is not remembered as an answer.
    expect((await create(maker, { 'idempotency-key': 'refused' })).status).toBe(429);
    await age(maker, 301);
    expect((await create(maker, { 'idempotency-key': 'refused' })).status).toBe(202);
  });

  it('counts nothing that is refused for another reason', async () => {
    const maker = await addMaker();
    const other = await addMaker();
    for (let i = 0; i < 6; i++) expect((await create({ as: maker.as, keyId: other.keyId })).status).toBe(404);
    expect((await begin(maker, 5)).every(({ status }) => status === 202)).toBe(true);
  });

  it('is one of its own for administrators, and an auditor’s is a member’s', async () => {
    const allowed = async (role: 'admin' | 'auditor') =>
      (await begin(await addMaker(role), 10)).filter(({ status }) => status === 202).length;
    expect(await allowed('admin')).toBe(7);
    expect(await allowed('auditor')).toBe(5);
  });

  it('is of each person alone', async () => {
    await begin(await addMaker(), 6);
    expect((await create(await addMaker())).status).toBe(202);
  });
});

describe('the limit of a token', () => {
  async function addToken({ user, keyId }: Maker, generationLimit: number | null) {
    const { secret, ...rest } = newTokenSecret();
    const scopes = ['generations:write', 'generations:read'] as const;
    const token = { ...rest, userId: user.id, name: 'a program', scopes, expiresAt: null, generationLimit };
    await insertToken(api.db, token);
    return { user, keyId, as: { authorization: `Bearer ${secret}` } };
  }

  it('counts what that token began, exactly, and leaves its owner the rest', async () => {
    const maker = await addMaker();
    const token = await addToken(maker, 2);
    await create(maker);
    const answers = await begin(token, 20);
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(2);
    const refused = await create(token);
    expect(refused.headers['ratelimit-policy']).toBe('"token-generations";q=2;w=300');
    expect((await begin(maker, 5)).filter(({ status }) => status === 202)).toHaveLength(2);
  });

  it('can only be lower than its owner’s', async () => {
    const token = await addToken(await addMaker(), 50);
    expect((await begin(token, 10)).filter(({ status }) => status === 202)).toHaveLength(5);
  });

  it('holds also where its owner has none', async () => {
    const open = await startTestApi({ ...PROFILE, LIMIT_GENERATIONS: '0', DATABASE_URL: api.database.url });
    try {
      const maker = await addMaker('member', open);
      const token = await addToken(maker, 1);
      expect((await create(token, {}, open)).status).toBe(202);
      expect((await create(token, {}, open)).status).toBe(429);
      expect(String((await create(maker, {}, open)).headers['ratelimit'])).not.toContain('generations');
    } finally {
      await open.close();
    }
  });
});
