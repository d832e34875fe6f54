import { randomUUID } from 'node:crypto';
import type { AdminUser } from '@veogate/shared/contracts/admin';
import { admitWaiting } from '@veogate/shared/db/admission-repo';
import { tidy } from '@veogate/shared/db/sweep-repo';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './support/api.ts';
import { openStream } from './support/event-stream.ts';
import { createPeople } from './support/people.ts';

let api: TestApi;
let people: ReturnType<typeof createPeople>;
let address: string;
const streams: Awaited<ReturnType<typeof openStream>>[] = [];
// Profile `local`, where a stream can be opened from this machine without HTTPS. Its owner is the first administrator.
beforeAll(async () => {
  api = await startTestApi();
  people = createPeople(api);
  address = await api.app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.close();
  const others = { id: { not: api.owner.id } };
  await api.db.user.updateMany({ where: others, data: { role: 'member' } });
});
afterAll(() => api?.close());

type Headers = Record<string, string>;
const url = '/v1/admin/users';
const change = (id: string, body: object, as?: Headers) =>
  api.call<AdminUser & { code: string }>('PATCH', `${url}/${id}`, { body, ...(as && { as }) });
const search = async (query: string) =>
  (await api.call<{ data: AdminUser[]; has_more: boolean; next: string }>('GET', `${url}?${query}`)).body;
const auditOf = (subjectId: string) =>
  api.db.auditEvent.findMany({ where: { subjectId }, orderBy: { at: 'asc' } });

describe('the accounts', () => {
  it('are found by a part of a name or of an e-mail address, whose signs mean themselves', async () => {
    const { user } = await api.addPerson('100%_Zoë\\');
    const identity = { id: randomUUID(), provider: 'google', subject: '1', email: 'zoe_z@example.com' };
    await api.db.identity.create({ data: { ...identity, userId: user.id } });
    for (const q of ['zoË', '%_zo', 'Zoë\\', 'ZOE_Z@', 'example.com']) {
      const { data } = await search(`q=${encodeURIComponent(q)}`);
      expect([q, data.map(({ id }) => id)]).toEqual([q, [user.id]]);
      expect(data[0]?.identities).toEqual([{ provider: 'google', email: 'zoe_z@example.com' }]);
    }
    for (const q of ['zoe%z', 'z%@', '_%_']) {
      const { data } = await search(`q=${encodeURIComponent(q)}`);
      expect([q, data]).toEqual([q, []]);
    }
  });

  it('come in pages, newest first', async () => {
    const made = [await api.addPerson('Page'), await api.addPerson('Page'), await api.addPerson('Page')];
    const first = await search('q=page&limit=2');
    const rest = await search(`q=page&limit=2&after=${first.next}`);
    const ids = [...first.data, ...rest.data].map(({ id }) => id);
    expect(ids).toEqual(made.map(({ user }) => user.id).reverse());
    expect([first.has_more, rest.has_more]).toEqual([true, false]);
  });

  it('are read by auditors, changed by administrators and nobody else’s business', async () => {
    const [auditor, member] = [await api.addPerson('Audrey', 'auditor'), await api.addPerson()];
    const one = `${url}/${member.user.id}`;
    for (const where of [url, one]) {
      expect((await api.call('GET', where, { as: auditor.as })).status).toBe(200);
      expect((await api.call('GET', where, { as: member.as })).status).toBe(403);
      expect((await api.call('GET', where, { as: {} })).status).toBe(401);
    }
    for (const { as } of [auditor, member])
      expect((await change(member.user.id, { role: 'admin' }, as)).status).toBe(403);
    expect((await api.call('GET', `${url}/${randomUUID()}`)).status).toBe(404);
    expect((await change(randomUUID(), { role: 'admin' })).status).toBe(404);
    expect((await api.call('GET', `${url}/ada`)).status).toBe(400);
  });

  it.each([
    {},
    { role: 'owner' },
    { state: 'leaving' },
    { name: 'x' },
    { suspended_for_hours: 1 },
    { state: 'active', suspended_reason: 'x' },
    { role: 'auditor', suspended_for_hours: 1 },
    { state: 'suspended', suspended_for_hours: 0 },
    { state: 'suspended', suspended_for_hours: 8_761 },
    { state: 'suspended', suspended_reason: '' },
  ])('are not changed by %j', async (body) => {
    const { user } = await api.addPerson();
    expect((await change(user.id, body)).status).toBe(400);
    expect(await auditOf(user.id)).toEqual([]);
  });
});

describe('a role', () => {
  it('holds at the next request, and is on record', async () => {
    const { user, as } = await api.addPerson();
    expect((await change(user.id, { role: 'auditor' })).body.role).toBe('auditor');
    expect((await api.call('GET', url, { as })).status).toBe(200);
    await change(user.id, { role: 'member' });
    expect((await api.call('GET', url, { as })).status).toBe(403);
    const [first] = await auditOf(user.id);
    expect(first).toMatchObject({ action: 'user.role_changed', actorId: api.owner.id });
    expect(first?.detail).toEqual({ from: 'member', to: 'auditor' });
  });

  it('of the last administrator is not taken', async () => {
    for (const body of [{ role: 'member' }, { role: 'auditor' }, { state: 'suspended' }]) {
      const refused = await change(api.owner.id, body);
      expect([refused.status, refused.body.code]).toEqual([409, 'last_admin']);
    }
  });

  it('of the last active administrator is not taken, however many are suspended', async () => {
    const other = await api.addPerson('Root', 'admin');
    expect((await change(other.user.id, { state: 'suspended' })).status).toBe(200);
    expect((await change(api.owner.id, { role: 'member' })).body.code).toBe('last_admin');
  });

  it('stays with one of two administrators who take it from each other at the same moment', async () => {
    const other = await api.addPerson('Root', 'admin');
    const answers = await Promise.all([
      change(other.user.id, { role: 'member' }),
      change(api.owner.id, { state: 'suspended' }, other.as),
    ]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const left = await api.db.user.count({ where: { role: 'admin', state: 'active' } });
    expect(left).toBe(1);
    await api.db.user.update({ where: { id: api.owner.id }, data: { state: 'active', role: 'admin' } });
  });

  it('that is taken from an administrator takes the links that they gave out with it', async () => {
    const other = await api.addPerson('Root', 'admin');
    const made = await api.call<{ invitation: { id: string } }>('POST', '/v1/admin/invitations', {
      as: other.as,
      body: { kind: 'link', role: 'admin' },
    });
    await change(other.user.id, { role: 'member' });
    const link = await api.db.invitation.findUnique({ where: { id: made.body.invitation.id } });
    expect(link?.revokedAt).not.toBeNull();
  });
});

describe('signing somebody out', () => {
  it('ends every session of theirs and its stream, and takes nothing else', async () => {
    const { user, as } = await api.addPerson();
    const elsewhere = await api.signIn(user.id);
    const program = await people.addToken(user.id, ['account:read']);
    const stream = await openStream(`${address}/v1/events`, as);
    streams.push(stream);
    const answer = await api.call('DELETE', `/v1/admin/users/${user.id}/sessions`);
    expect([answer.status, answer.body]).toEqual([200, { revoked: 2 }]);
    await stream.end;
    expect((await api.call('GET', '/v1/me', { as })).status).toBe(401);
    expect((await api.call('GET', '/v1/me', { as: elsewhere })).status).toBe(401);
    expect((await api.call('GET', '/v1/me', { as: program })).status).toBe(200);
    expect((await auditOf(user.id))[0]).toMatchObject({
      action: 'user.signed_out',
      actorId: api.owner.id,
      detail: { revoked: 2 },
    });
  });

  it('is not done to nobody', async () => {
    const answer = await api.call('DELETE', `/v1/admin/users/${randomUUID()}/sessions`);
    expect([answer.status, answer.body['code']]).toEqual([404, 'not_found']);
  });
});

describe('a suspension', () => {
  it('shuts somebody out at once, ends their stream and tells them why', async () => {
    const { user, as } = await api.addPerson();
    const stream = await openStream(`${address}/v1/events`, as);
    streams.push(stream);
    const suspended = await change(user.id, {
      state: 'suspended',
      suspended_for_hours: 2,
      suspended_reason: ' Too loud. ',
    });
    expect(suspended.body).toMatchObject({ state: 'suspended', suspended_reason: 'Too loud.' });
    await stream.end;
    const refused = await api.call('GET', '/v1/generations', { as });
    expect([refused.status, refused.body['code']]).toEqual([403, 'suspended']);
    const me = await api.call('GET', '/v1/me', { as });
    expect(me.body['suspension']).toMatchObject({
      reason: 'Too loud.',
      until: suspended.body.suspended_until,
    });
    const [entry] = await auditOf(user.id);
    expect(entry).toMatchObject({ action: 'user.suspended', actorId: api.owner.id });
    expect(entry?.detail).toEqual({ until: suspended.body.suspended_until });
  });

  it('starts nothing that waits, and cancels nothing', async () => {
    const { user, as } = await api.addPerson();
    const { id, key_id: keyId } = await people.generate(as);
    await api.activateKey(keyId);
    await change(user.id, { state: 'suspended' });
    const caps = { perUser: 5, perKey: 5, global: 5 };
    expect(await admitWaiting(api.db, caps)).toEqual([]);
    expect(await api.db.generation.findUnique({ where: { id } })).toMatchObject({ state: 'queued' });
    await change(user.id, { state: 'active' });
    expect((await admitWaiting(api.db, caps)).map((admitted) => admitted.id)).toEqual([id]);
  });

  it('is lifted by an administrator; lifting none is no error and leaves no trace', async () => {
    const { user, as } = await api.addPerson();
    await change(user.id, { state: 'suspended' });
    const lifted = await change(user.id, { state: 'active' });
    expect(lifted.body).toMatchObject({ state: 'active', suspended_until: null, suspended_reason: null });
    expect((await api.call('GET', '/v1/generations', { as })).status).toBe(200);
    expect((await change(user.id, { state: 'active' })).status).toBe(200);
    const actions = (await auditOf(user.id)).map(({ action }) => action);
    expect(actions).toEqual(['user.suspended', 'user.reinstated']);
  });

  it('ends by itself once its time is over, and not before', async () => {
    const [over, going, open] = [await api.addPerson(), await api.addPerson(), await api.addPerson()];
    for (const { user } of [over, going])
      await change(user.id, { state: 'suspended', suspended_for_hours: 1 });
    await change(open.user.id, { state: 'suspended' });
    await api.db.user.update({ where: { id: over.user.id }, data: { suspendedUntil: new Date(0) } });
    await tidy(api.db);
    const states = await Promise.all(
      [over, going, open].map(async ({ user }) => (await api.call('GET', `${url}/${user.id}`)).body['state']),
    );
    expect(states).toEqual(['active', 'suspended', 'suspended']);
    const last = (await auditOf(over.user.id)).at(-1);
    expect(last).toMatchObject({ action: 'user.reinstated', actorId: null });
  });

  it('leaves alone who is deleting the account, and changes nothing by halves', async () => {
    const { user } = await api.addPerson();
    await api.db.user.update({ where: { id: user.id }, data: { state: 'leaving' } });
    for (const state of ['active', 'suspended']) {
      const refused = await change(user.id, { state, role: 'auditor' });
      expect([refused.status, refused.body.code]).toEqual([409, 'wrong_state']);
    }
    const kept = await api.db.user.findUnique({ where: { id: user.id } });
    expect(kept).toMatchObject({ state: 'leaving', role: 'member' });
  });
});
