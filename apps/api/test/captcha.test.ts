import { type Challenge, createChallenge, solveChallenge } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './support/api.ts';

const PROFILE = { ACCESS_PROFILE: 'invite', PUBLIC_URL: 'https://veogate.test', CAPTCHA: 'altcha' };

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi(PROFILE);
});
afterAll(() => api?.close());

const toPayload = (payload: object) => Buffer.from(JSON.stringify(payload)).toString('base64');
const ask = async () => (await api.call<Challenge & object>('GET', '/v1/captcha', { as: {} })).body;
async function work(challenge: Challenge): Promise<string> {
  return toPayload({ challenge, solution: await solveChallenge({ challenge, deriveKey }) });
}
const bring = (as: Record<string, string>, solution: string, at = api) =>
  at.call('POST', '/v1/me/captcha', { as, body: { solution } });
async function addNewcomer() {
  const { user, as } = await api.addPerson();
  await api.db.user.update({ where: { id: user.id }, data: { captchaDue: true } });
  return { user, as };
}
const isDue = async (id: string) => (await api.db.user.findUniqueOrThrow({ where: { id } })).captchaDue;
const addKey = (as: Record<string, string>) =>
  api.call('POST', '/v1/keys', { as, body: { provider: 'genaipro', secret: 'eyJabcdefgh' } });

describe('the CAPTCHA', () => {
  it('keeps a newcomer from beginning or storing anything until it is solved', async () => {
    const { user, as } = await addNewcomer();
    const refused = await addKey(as);
    expect([refused.status, refused.body['code']]).toEqual([403, 'captcha_required']);
    expect((await bring(as, await work(await ask()))).status).toBe(204);
    expect(await isDue(user.id)).toBe(false);
    expect((await addKey(as)).status).toBe(201);
    const audited = await api.db.auditEvent.count({ where: { actorId: user.id, action: 'captcha.solved' } });
    expect(audited).toBe(1);
  });

  it('takes each solution once, also of those who bring it at the same moment', async () => {
    const people = await Promise.all(Array.from({ length: 5 }, addNewcomer));
    const solution = await work(await ask());
    const answers = await Promise.all(people.map(({ as }) => bring(as, solution)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 400, 400, 400, 400]);
    const due = await Promise.all(people.map(({ user }) => isDue(user.id)));
    expect(due.filter(Boolean)).toHaveLength(4);
    const again = await bring((await addNewcomer()).as, solution);
    expect([again.status, again.body['code']]).toEqual([400, 'captcha_failed']);
  });

  it('is signed with one key by every process', async () => {
    const other = await startTestApi({ ...PROFILE, DATABASE_URL: api.database.url });
    try {
      const { as } = await addNewcomer();
      expect((await bring(as, await work(await ask()), other)).status).toBe(204);
      expect(await api.db.serviceSecret.count({ where: { name: 'captcha' } })).toBe(1);
    } finally {
      await other.close();
    }
  });

  it('refuses a solution that is too old', async () => {
    const secret = await api.db.serviceSecret.findUniqueOrThrow({ where: { name: 'captcha' } });
    const challenge = await createChallenge({
      algorithm: 'PBKDF2/SHA-256',
      cost: 1,
      keyPrefix: '0',
      deriveKey,
      expiresAt: new Date(Date.now() - 1_000),
      hmacSignatureSecret: Buffer.from(secret.value).toString('base64'),
    });
    const { user, as } = await addNewcomer();
    const { status, body } = await bring(as, await work(challenge));
    expect([status, body['code'], body['detail']]).toEqual([400, 'captcha_failed', 'The puzzle is too old.']);
    expect(await isDue(user.id)).toBe(true);
  });

  it('refuses a puzzle that somebody else signed, and one that was made easier', async () => {
    const easy = { algorithm: 'PBKDF2/SHA-256', cost: 1, keyPrefix: '0', deriveKey };
    const foreign = await createChallenge({
      ...easy,
      expiresAt: new Date(Date.now() + 60_000),
      hmacSignatureSecret: 'mine',
    });
    const own = await ask();
    const eased = { ...own, parameters: { ...own.parameters, cost: 1, keyPrefix: '0' } };
    const { user, as } = await addNewcomer();
    for (const challenge of [foreign, eased]) {
      const { status, body } = await bring(as, await work(challenge));
      expect([status, body['code']]).toEqual([400, 'captcha_failed']);
    }
    expect(await isDue(user.id)).toBe(true);
  });

  it('refuses a guess', async () => {
    const { as } = await addNewcomer();
    const solution = { counter: 0, derivedKey: '00'.repeat(32) };
    expect((await bring(as, toPayload({ challenge: await ask(), solution }))).status).toBe(400);
  });

  it.each([
    ['no base64', '%%%'],
    ['no JSON', Buffer.from('nonsense').toString('base64')],
    ['an empty object', toPayload({})],
    ['null', toPayload({ challenge: null, solution: null })],
    ['a counter that is none', toPayload({ challenge: {}, solution: { counter: -1, derivedKey: 'zz' } })],
    ['nothing', ''],
    ['more than it takes', 'A'.repeat(8_193)],
  ])('refuses %s', async (_, solution) => {
    const { as } = await addNewcomer();
    expect((await bring(as, solution)).status).toBe(400);
  });

  it('is solved by whoever is signed in', async () => {
    expect((await bring({ origin: api.origin }, 'anything')).status).toBe(401);
  });

  it('frees nobody who is suspended', async () => {
    const { user, as } = await addNewcomer();
    await api.db.user.update({ where: { id: user.id }, data: { state: 'suspended' } });
    expect((await bring(as, await work(await ask()))).status).toBe(204);
    const refused = await addKey(as);
    expect([refused.status, refused.body['code']]).toEqual([403, 'suspended']);
  });
});

describe('where the CAPTCHA is off', () => {
  it('has none to give or to take, and asks nobody', async () => {
    const home = await startTestApi();
    try {
      await home.db.user.update({ where: { id: home.owner.id }, data: { captchaDue: true } });
      expect((await home.call('GET', '/v1/captcha')).status).toBe(404);
      const solved = await home.call('POST', '/v1/me/captcha', {
        as: await home.signIn(home.owner.id),
        body: { solution: 'anything' },
      });
      expect(solved.status).toBe(404);
      expect((await home.call('GET', '/v1/me')).body['captcha_due']).toBe(false);
    } finally {
      await home.close();
    }
  });
});
