import { randomBytes } from 'node:crypto';
import type { CreatedToken } from '@veogate/shared/contracts/account';
import type { Generation } from '@veogate/shared/contracts/generations';
import type { Key } from '@veogate/shared/contracts/keys';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestApi, type TestApi } from './support/api.ts';
import { openStream } from './support/event-stream.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ ACCESS_PROFILE: 'invite', PUBLIC_URL: 'https://veogate.test' });
});
afterAll(() => api?.close());

type As = Record<string, string>;
const leave = (as: As | undefined, body: object, at = api) =>
  at.call<{ code: string; errors: { field: string }[] }>('DELETE', '/v1/me', { body, ...(as && { as }) });

async function addKey(as: As): Promise<string> {
  const body = { provider: 'genaipro', secret: `eyJ${randomBytes(12).toString('hex')}` };
  return (await api.call<Key>('POST', '/v1/keys', { as, body })).body.id;
}

async function generate(keyId: string, as: As): Promise<string> {
  const body = { model: 'genaipro/veo', kind: 'text_to_video', prompt: 'a kite', key_id: keyId };
  return (await api.call<Generation>('POST', '/v1/generations', { as, body })).body.id;
}

describe('deleting one’s account', () => {
  it('shuts it at once: every way in, every key, and what waits', async () => {
    const { user, as } = await api.addPerson('Ada');
    const other = await api.signIn(user.id);
    const token = await api.call<CreatedToken>('POST', '/v1/me/tokens', {
      as,
      body: { name: 'x', scopes: ['account:read'] },
    });
    const bearer = { authorization: `Bearer ${token.body.secret}` };
    const keyId = await addKey(as);
    const [waiting, running] = [await generate(keyId, as), await generate(keyId, as)];
    await api.db.generation.update({ where: { id: running }, data: { state: 'running' } });

    const { status, headers } = await leave(as, { confirm: ' Ada ' });
    expect(status).toBe(204);
    expect(String(headers['set-cookie'])).toMatch(/^__Host-veogate=;.*Expires=Thu, 01 Jan 1970/);
    for (const way of [as, other, bearer])
      expect((await api.call('GET', '/v1/me', { as: way })).status).toBe(401);
    expect((await api.db.user.findUniqueOrThrow({ where: { id: user.id } })).state).toBe('leaving');
    expect((await api.db.providerKey.findUniqueOrThrow({ where: { id: keyId } })).state).toBe('retired');
    const stateOf = async (id: string) =>
      (await api.db.generation.findUniqueOrThrow({ where: { id } })).state;
    expect([await stateOf(waiting), await stateOf(running)]).toEqual(['canceled', 'running']);
    const audit = { action: 'account.deletion_requested', actorId: user.id };
    expect(await api.db.auditEvent.count({ where: audit })).toBe(1);
  });

  it('is told to whoever signs in again before it is gone', async () => {
    const { user, as } = await api.addPerson('Ada');
    await leave(as, { confirm: 'Ada' });
    const again = await api.signIn(user.id);
    expect((await api.call('GET', '/v1/me', { as: again })).body['state']).toBe('leaving');
    expect((await api.call('GET', '/v1/keys', { as: again })).body['code']).toBe('account_leaving');
    expect((await leave(again, { confirm: 'Ada' })).body.code).toBe('account_leaving');
  });

  it.each([{ confirm: 'ada' }, { confirm: '' }, {}, { confirm: 'Ada', sure: true }])(
    'needs the display name: %o is refused',
    async (body) => {
      const { as } = await api.addPerson('Ada');
      const answer = await leave(as, body);
      expect([answer.status, answer.body.code]).toEqual([400, 'invalid_request']);
      expect((await api.call('GET', '/v1/me', { as })).status).toBe(200);
    },
  );

  it('needs a fresh sign-in', async () => {
    const { user, as } = await api.addPerson('Ada');
    const createdAt = new Date(Date.now() - 31 * 60_000);
    await api.db.session.updateMany({ where: { userId: user.id }, data: { createdAt } });
    const { status, body } = await leave(as, { confirm: 'Ada' });
    expect([status, body.code]).toEqual([403, 'sign_in_again']);
  });

  it('is nothing that a token can do', async () => {
    const { as } = await api.addPerson('Ada');
    const { body } = await api.call<CreatedToken>('POST', '/v1/me/tokens', {
      as,
      body: { name: 'x', scopes: ['account:read'] },
    });
    const answer = await leave({ authorization: `Bearer ${body.secret}` }, { confirm: 'Ada' });
    expect(answer.body.code).toBe('session_needed');
  });

  it('is refused to the last administrator, also where two leave at once', async () => {
    expect((await leave(undefined, { confirm: 'Admin' })).body.code).toBe('last_admin');
    expect((await api.call('GET', '/v1/me')).body['state']).toBe('active');
    const second = await api.addPerson('Second', 'admin');
    const third = await api.addPerson('Third', 'admin');
    await api.db.user.update({ where: { id: api.owner.id }, data: { role: 'member' } });
    const answers = await Promise.all([
      leave(second.as, { confirm: 'Second' }),
      leave(third.as, { confirm: 'Third' }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
  });
});

describe('on one’s own machine', () => {
  let local: TestApi;
  let url: string;
  beforeAll(async () => {
    local = await startTestApi();
    url = await local.app.listen({ host: '127.0.0.1', port: 0 });
  });
  afterAll(() => local?.close());

  it('the owner’s account stays', async () => {
    const { status, body } = await leave(undefined, { confirm: 'Owner' }, local);
    expect([status, body.code]).toEqual([403, 'forbidden']);
    expect((await local.call('GET', '/v1/me')).body['state']).toBe('active');
  });

  it('open streams of a deleted account end at once', async () => {
    const { as } = await local.addPerson('Ada');
    const stream = await openStream(`${url}/v1/events`, as);
    const ended = vi.fn();
    stream.end.then(ended, ended);
    expect((await leave(as, { confirm: 'Ada' }, local)).status).toBe(204);
    await vi.waitFor(() => expect(ended).toHaveBeenCalled(), { timeout: 10_000 });
    stream.close();
  });
});
