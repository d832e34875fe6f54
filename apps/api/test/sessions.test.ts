import type { Key } from '@veogate/shared/contracts/keys';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../src/plugins/session.ts';
import { ORIGIN, startTestApi, type TestApi } from './support/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api?.close());

async function signIn(as: Record<string, string> = {}) {
  const { headers } = await api.call('POST', '/auth/launch', {
    as: { ...as, origin: ORIGIN },
    body: { token: api.ownerToken },
  });
  const cookie = String(headers['set-cookie']).split(';')[0] ?? '';
  return { as: { cookie, origin: ORIGIN }, idHash: sha256(cookie.split('=')[1] ?? '') };
}
const addSessionKey = async (as: Record<string, string>) => {
  const body = { provider: 'genaipro', secret: 'eyJsessionkey', scope: 'session' };
  return (await api.call<Key>('POST', '/v1/keys', { as, body })).body;
};
const stateOf = async (id: string) => (await api.call<Key>('GET', `/v1/keys/${id}`)).body.state;
const isIn = async (as: Record<string, string>) => (await api.call('GET', '/v1/me', { as })).status === 200;

describe('a session', () => {
  it('ends 7 days after its last use, and is put off by a use', async () => {
    const { as, idHash } = await signIn();
    const lastUsed = (daysAgo: number) =>
      api.db.session.update({
        where: { idHash },
        data: {
          lastSeenAt: new Date(Date.now() - daysAgo * 86_400_000),
          idleExpiresAt: new Date(Date.now() + (7 - daysAgo) * 86_400_000),
        },
      });
    await lastUsed(6);
    expect(await isIn(as)).toBe(true);
    const { idleExpiresAt } = await api.db.session.findUniqueOrThrow({ where: { idHash } });
    expect(idleExpiresAt.getTime()).toBeGreaterThan(Date.now() + 6.9 * 86_400_000);
    await lastUsed(7.01);
    expect(await isIn(as)).toBe(false);
  });

  it('writes its use down at most once a minute', async () => {
    const { as, idHash } = await signIn();
    const seen = async () =>
      (await api.db.session.findUniqueOrThrow({ where: { idHash } })).lastSeenAt.getTime();
    const before = await seen();
    await isIn(as);
    expect(await seen()).toBe(before);
  });

  it('ends after 30 days, however much it is used', async () => {
    const { as, idHash } = await signIn();
    const { expiresAt } = await api.db.session.findUniqueOrThrow({ where: { idHash } });
    expect(Math.round((expiresAt.getTime() - Date.now()) / 86_400_000)).toBe(30);
    await api.db.session.update({ where: { idHash }, data: { expiresAt: new Date(Date.now() - 1) } });
    expect(await isIn(as)).toBe(false);
  });

  it('is stored as a hash alone', async () => {
    const { as } = await signIn();
    const rows = await api.db.session.findMany();
    expect(JSON.stringify(rows)).not.toContain(as.cookie.split('=')[1]);
  });

  it('signs out once; the second time there is nobody left to sign out', async () => {
    const { as } = await signIn();
    const first = await api.call('POST', '/auth/logout', { as });
    expect(first.status).toBe(204);
    expect(String(first.headers['set-cookie'])).toMatch(
      /^veogate_8080=;.*(Expires=Thu, 01 Jan 1970|Max-Age=0)/,
    );
    expect(first.headers['clear-site-data']).toBe('"cache"');
    expect((await api.call('POST', '/auth/logout', { as })).status).toBe(401);
  });
});

describe('a key for one session', () => {
  it('goes on where its user opens the launch link again in the same browser', async () => {
    const first = await signIn();
    const key = await addSessionKey(first.as);
    const second = await signIn(first.as);
    expect(await stateOf(key.id)).toBe('checking');
    await api.call('POST', '/auth/logout', { as: second.as });
    expect(await stateOf(key.id)).toBe('retired');
  });

  it('does not go on from a session that is over', async () => {
    const first = await signIn();
    const key = await addSessionKey(first.as);
    await api.db.session.update({ where: { idHash: first.idHash }, data: { expiresAt: new Date(0) } });
    await signIn(first.as);
    expect(await stateOf(key.id)).toBe('retired');
  });

  it('is not handed over by somebody who presents another person’s cookie', async () => {
    const other = await api.addPerson();
    const key = await addSessionKey(other.as);
    await signIn(other.as);
    const { state } = await api.db.providerKey.findUniqueOrThrow({ where: { id: key.id } });
    expect(state).toBe('retired');
    expect((await api.call('GET', '/v1/keys')).text).not.toContain(key.id);
  });

  it('is retired with its session, and the work that waits for it is canceled, in the audit log too', async () => {
    const { as } = await signIn();
    const key = await addSessionKey(as);
    const body = { model: 'genaipro/veo', kind: 'text_to_video', prompt: 'a boat', key_id: key.id };
    const generation = await api.call<{ id: string }>('POST', '/v1/generations', { as, body });
    await api.call('POST', '/auth/logout', { as });
    const shown = await api.call('GET', `/v1/generations/${generation.body.id}`);
    expect(shown.body['status']).toBe('canceled');
    const events = await api.db.auditEvent.findMany({ where: { subjectId: key.id }, orderBy: { at: 'asc' } });
    expect(events.map(({ action }) => action)).toEqual(['key.added', 'key.retired']);
  });
});
