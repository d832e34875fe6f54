import { randomUUID } from 'node:crypto';
import type { Generation } from '@veogate/shared/contracts/generations';
import { settle } from '@veogate/shared/db/ledger-repo';
import { insertToken, newTokenSecret } from '@veogate/shared/db/token-repo';
import { ANYBODY, boundsOf, spanOf, toBudgets } from '@veogate/shared/domain/budgets';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { backdate, findImbalances } from '../../../test/support/ledger.ts';
import { startTestApi, type TestApi } from './support/api.ts';

const PROFILE = {
  ACCESS_PROFILE: 'invite',
  PUBLIC_URL: 'https://veogate.test',
  LIMIT_GENERATIONS: '0',
  LIMIT_USER: '0',
  LIMIT_ADDRESS: '0',
  SIMULATOR_URL: 'http://127.0.0.1:9',
};
type Answer = Generation & { code: string; detail: string };

async function addMaker(api: TestApi, provider = 'genaipro') {
  const { user, as } = await api.addPerson('Maker');
  const body = { provider, secret: 'eyJabcdefgh' };
  const key = await api.call<{ id: string }>('POST', '/v1/keys', { as, body });
  await api.activateKey(key.body.id);
  return { user, as, keyId: key.body.id };
}
type Maker = Awaited<ReturnType<typeof addMaker>>;
type Asking = { as: Record<string, string>; keyId: string; project_id?: string };
const create = (api: TestApi, asking: Asking, count = 1, model = 'genaipro/veo') => {
  const { as, keyId: key_id, project_id } = asking;
  const what = { model, kind: 'text_to_video', prompt: 'a paper boat', key_id, count };
  return api.call<Answer>('POST', '/v1/generations', {
    as,
    body: { ...what, ...(project_id && { project_id }) },
  });
};
/** Asks again for as long as the service is too busy to say. */
async function persist(api: TestApi, asking: Asking): Promise<Awaited<ReturnType<typeof create>>> {
  const answer = await create(api, asking);
  return answer.status === 503 ? persist(api, asking) : answer;
}
const begin = (api: TestApi, maker: Asking, times: number) =>
  Promise.all(Array.from({ length: times }, () => create(api, maker)));
const passed = (answers: { status: number }[]) => answers.filter(({ status }) => status === 202).length;

describe('what a user may spend in a month', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi({ ...PROFILE, BUDGET_USER_MONTHLY: '5credits' });
  });
  afterAll(() => api?.close());

  it('is kept exactly, also by requests at once', async () => {
    const maker = await addMaker(api);
    const answers = await begin(api, maker, 40);
    expect(passed(answers)).toBe(5);
    const refused = answers.find(({ status }) => status !== 202);
    expect([refused?.status, refused?.body.code]).toEqual([402, 'budget_exceeded']);
  });

  it('says what is left, until when, and what it would cost', async () => {
    const maker = await addMaker(api);
    await create(api, maker, 4);
    const { status, body } = await create(api, maker, 2);
    const end = spanOf('month', new Date())?.end.toISOString().slice(0, 10);
    expect([status, body.detail]).toEqual([
      402,
      `Your budget has 1 credit left until ${end} (UTC); this would cost 2 credits.`,
    ]);
    expect((await create(api, maker, 1)).status).toBe(202);
  });

  it('gets back what was held and not spent', async () => {
    const maker = await addMaker(api);
    const first = await create(api, maker, 4);
    await api.db.$transaction((tx) => settle(tx, first.body.id, 1, 4));
    expect((await create(api, maker, 4)).status).toBe(202);
    expect((await create(api, maker, 1)).status).toBe(402);
  });

  it('counts by the month in which a generation was begun', async () => {
    const maker = await addMaker(api);
    const before = await create(api, maker, 4);
    await backdate(api.db, maker.user.id, new Date().getUTCDate());
    // Settled this month, but of the month before: it changes nothing here.
    await api.db.$transaction((tx) => settle(tx, before.body.id, 4, 4));
    expect((await create(api, maker, 4)).status).toBe(202);
    expect((await create(api, maker, 4)).status).toBe(402);
  });

  it('counts what was deleted', async () => {
    const maker = await addMaker(api);
    const { body } = await create(api, maker, 4);
    await api.db.generation.update({ where: { id: body.id }, data: { deletedAt: new Date() } });
    expect((await create(api, maker, 4)).status).toBe(402);
  });

  it('is each one’s own', async () => {
    await begin(api, await addMaker(api), 6);
    expect((await create(api, await addMaker(api), 4)).status).toBe(202);
  });

  it('leaves out what is simulated', async () => {
    const maker = await addMaker(api, 'demo');
    for (let i = 0; i < 3; i++) expect((await create(api, maker, 4, 'demo/veo')).status).toBe(202);
    const body = { provider: 'genaipro', secret: 'eyJabcdefgh' };
    const key = await api.call<{ id: string }>('POST', '/v1/keys', { as: maker.as, body });
    await api.activateKey(key.body.id);
    expect((await create(api, { ...maker, keyId: key.body.id }, 4)).status).toBe(202);
  });

  it('leaves balances that are what the ledger adds up to', async () => {
    expect(await findImbalances(api.db)).toEqual([]);
  });

  it('writes nothing of what it refuses', async () => {
    const maker = await addMaker(api);
    await begin(api, maker, 8);
    const where = { userId: maker.user.id };
    expect(await api.db.generation.count({ where })).toBe(5);
    expect(await api.db.ledgerEntry.count({ where })).toBe(5);
  });
});

describe('what all together may spend in a month', () => {
  it('is kept exactly, by different people at once', async () => {
    const api = await startTestApi({ ...PROFILE, BUDGET_TOTAL_MONTHLY: '7credits,3usd' });
    try {
      const makers = await Promise.all(Array.from({ length: 4 }, () => addMaker(api)));
      const answers = (await Promise.all(makers.map((maker) => begin(api, maker, 5)))).flat();
      expect(passed(answers)).toBe(7);
      const refused = answers.find(({ status }) => status !== 202);
      expect([refused?.status, refused?.body.code]).toEqual([402, 'budget_exceeded']);
      expect(refused?.body.detail).toMatch(/^The service has 0 credits left until /);
    } finally {
      await api.close();
    }
  });

  it('refuses what has no price in its unit', async () => {
    const api = await startTestApi({ ...PROFILE, BUDGET_TOTAL_MONTHLY: '100usd' });
    try {
      const { status, body } = await create(api, await addMaker(api));
      expect([status, body.code]).toEqual([409, 'price_unknown']);
      expect((await create(api, await addMaker(api, 'demo'), 1, 'demo/veo')).status).toBe(202);
    } finally {
      await api.close();
    }
  });
});

describe('a guest and a program', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi(PROFILE);
  });
  afterAll(() => api?.close());
  const allow = ({ user }: Maker, allowanceAmount: string, allowanceUnit: string) =>
    api.db.user.update({ where: { id: user.id }, data: { allowanceAmount, allowanceUnit } });

  it('spend no more than the invitation allows, in all, exactly', async () => {
    const guest = await addMaker(api);
    await allow(guest, '3', 'credits');
    expect(passed(await begin(api, guest, 20))).toBe(3);
    await backdate(api.db, guest.user.id, 400);
    const { status, body } = await create(api, guest);
    expect([status, body.code, body.detail]).toEqual([
      402,
      'allowance_spent',
      'Your invitation has 0 credits left; this would cost 1 credit.',
    ]);
  });

  it('may not spend in a unit that nobody allowed them', async () => {
    const guest = await addMaker(api);
    await allow(guest, '3', 'usd');
    const { status, body } = await create(api, guest);
    expect([status, body.code]).toEqual([409, 'price_unknown']);
  });

  it('spend no more than the token’s cap, exactly, whatever its owner spends', async () => {
    const owner = await addMaker(api);
    const { secret, ...rest } = newTokenSecret();
    await insertToken(api.db, {
      ...rest,
      userId: owner.user.id,
      name: 'a program',
      scopes: ['generations:write'],
      expiresAt: null,
      spendCap: { amount: '2', unit: 'credits' },
    });
    const program = { ...owner, as: { authorization: `Bearer ${secret}` } };
    await create(api, owner, 4);
    expect(passed(await begin(api, program, 20))).toBe(2);
    const { status, body } = await create(api, program);
    expect([status, body.code, body.detail]).toEqual([
      402,
      'spend_cap_reached',
      'The token has 0 credits left; this would cost 1 credit.',
    ]);
    expect((await create(api, owner, 4)).status).toBe(202);
  });

  it('are free to spend where nothing limits them', async () => {
    const maker = await addMaker(api);
    expect(passed(await begin(api, maker, 12))).toBe(12);
  });
});

describe('a budget with room for seven', () => {
  let api: TestApi;
  let makers: Maker[];
  beforeAll(async () => {
    api = await startTestApi(PROFILE);
    makers = await Promise.all(Array.from({ length: 4 }, () => addMaker(api)));
  });
  afterEach(() => api.db.budget.deleteMany());
  afterAll(() => api?.close());
  const set = (scope: 'all' | 'team_key' | 'project' | 'user', scopeId: string) =>
    api.db.budget.create({ data: { scope, scopeId, unit: 'credits', period: 'day', amount: '7' } });

  /** Whom each of a hundred requests comes from, and what more it says. */
  const ways = {
    async all() {
      await set('all', ANYBODY);
      return makers;
    },
    async team_key() {
      const [admin] = makers;
      const keyId = admin?.keyId ?? '';
      await api.db.providerKey.update({ where: { id: keyId }, data: { scope: 'team' } });
      await set('team_key', keyId);
      return makers.map((maker) => ({ ...maker, keyId }));
    },
    async project() {
      const members = makers.map(({ user }) => ({ userId: user.id, role: 'editor' as const }));
      const data = { id: randomUUID(), name: 'Film', kind: 'shared' as const, members: { create: members } };
      const { id: project_id } = await api.db.project.create({ data });
      await set('project', project_id);
      return makers.map((maker) => ({ ...maker, project_id }));
    },
    async user() {
      const maker = await addMaker(api);
      await set('user', maker.user.id);
      return [maker];
    },
    async token() {
      const owner = await addMaker(api);
      const { secret, ...rest } = newTokenSecret();
      const spendCap = { amount: '7', unit: 'credits' };
      const scopes = ['generations:write'] as const;
      const token = { userId: owner.user.id, name: 'a program', scopes, expiresAt: null, spendCap };
      await insertToken(api.db, { ...rest, ...token });
      return [{ ...owner, as: { authorization: `Bearer ${secret}` } }];
    },
  };

  it.each(Object.keys(ways) as (keyof typeof ways)[])(
    'of scope %s lets exactly seven of a hundred through',
    async (scope) => {
      const before = await api.db.generation.count();
      const callers = await ways[scope]();
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_, n) => persist(api, callers[n % callers.length] as Asking)),
      );
      expect(passed(answers)).toBe(7);
      const codes = new Set(answers.filter(({ status }) => status !== 202).map(({ body }) => body.code));
      expect([...codes]).toEqual([scope === 'token' ? 'spend_cap_reached' : 'budget_exceeded']);
      expect((await api.db.generation.count()) - before).toBe(7);
      expect(await findImbalances(api.db)).toEqual([]);
    },
  );
});

describe('amounts in settings', () => {
  const none = {
    BUDGET_USER_DAILY: [],
    BUDGET_USER_MONTHLY: [],
    BUDGET_TOTAL_DAILY: [],
    BUDGET_TOTAL_MONTHLY: [],
  };
  const nobody = { userId: ANYBODY, allowance: null, token: null, projectIds: [], teamKeyIds: [] };

  it('are read exactly, the lower of two in one unit', () => {
    const budgets = toBudgets({ ...none, BUDGET_TOTAL_MONTHLY: ['50credits', '20.5usd', '19.9999usd'] });
    expect(boundsOf(budgets, nobody).map(({ limit, unit }) => [limit, unit])).toEqual([
      [500_000n, 'credits'],
      [199_999n, 'usd'],
    ]);
  });

  it('end with the day and the month, by UTC', () => {
    const time = new Date('2026-12-31T23:59:59.999Z');
    expect(spanOf('month', time)?.end.toISOString()).toBe('2027-01-01T00:00:00.000Z');
    expect(spanOf('day', time)?.start.toISOString()).toBe('2026-12-31T00:00:00.000Z');
  });
});
