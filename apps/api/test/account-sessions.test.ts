import { randomBytes, randomUUID } from 'node:crypto';
import type { Session } from '@veogate/shared/contracts/account';
import type { Key } from '@veogate/shared/contracts/keys';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestApi, type TestApi } from './support/api.ts';
import { openStream } from './support/event-stream.ts';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

let api: TestApi;
let url: string;
const streams: Awaited<ReturnType<typeof openStream>>[] = [];

beforeAll(async () => {
  api = await startTestApi();
  url = await api.app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => {
  for (const stream of streams.splice(0)) stream.close();
});
afterAll(() => api?.close());

type As = Record<string, string>;

async function list(as: As): Promise<Session[]> {
  return (await api.call<{ data: Session[] }>('GET', '/v1/me/sessions', { as })).body.data;
}

async function currentOf(as: As): Promise<Session> {
  const current = (await list(as)).find(({ current }) => current);
  if (!current) throw new Error('No session is the current one.');
  return current;
}

async function addSessionKey(as: As): Promise<string> {
  const secret = `eyJ${randomBytes(12).toString('hex')}`;
  const body = { provider: 'genaipro', secret, scope: 'session' };
  return (await api.call<Key>('POST', '/v1/keys', { as, body })).body.id;
}

async function open(as: As) {
  const stream = await openStream(`${url}/v1/events`, as);
  streams.push(stream);
  return stream;
}

describe('the list of sessions', () => {
  it('tells of each where, how and until when, and which one asks', async () => {
    const { user, as } = await api.addPerson();
    await api.signIn(user.id, { via: 'github', userAgent: FIREFOX, address: '203.0.113.9' });
    const sessions = await list(as);
    expect(sessions).toHaveLength(2);
    expect(sessions.filter(({ current }) => current)).toHaveLength(1);
    expect(sessions.find(({ current }) => !current)).toMatchObject({
      via: 'github',
      device: 'Firefox on Linux',
      address: '203.0.113.9',
    });
    const { created_at, idle_expires_at, expires_at } = await currentOf(as);
    const days = (time: string) => Math.round((Date.parse(time) - Date.parse(created_at)) / 86_400_000);
    expect([days(idle_expires_at), days(expires_at)]).toEqual([7, 30]);
  });

  it('holds nobody else’s, and nothing that could open one', async () => {
    const { as } = await api.addPerson();
    await api.addPerson();
    const response = await api.call('GET', '/v1/me/sessions', { as });
    expect((response.body['data'] as Session[]).length).toBe(1);
    const rows = await api.db.session.findMany();
    for (const { idHash } of rows) {
      expect(response.text).not.toContain(Buffer.from(idHash).toString('hex'));
      expect(response.text).not.toContain(Buffer.from(idHash).toString('base64'));
    }
    expect(response.text).not.toContain(as['cookie']?.split('=')[1]);
  });

  it.each([
    ['nothing', ''],
    ['nonsense', `<script>${'('.repeat(5_000)}`],
    ['a long line', 'Mozilla/5.0 '.repeat(500)],
    ['a program', 'curl/8.5.0'],
  ])('names a device that says %s', async (_, userAgent) => {
    const { user, as } = await api.addPerson();
    await api.signIn(user.id, { userAgent });
    const other = (await list(as)).find(({ current }) => !current);
    expect(other?.device).toMatch(/^\S.{0,80}$/);
    expect(other?.device).not.toContain('<');
  });

  it('leaves out those that are over', async () => {
    const { user, as } = await api.addPerson();
    const past = new Date(Date.now() - 1_000);
    for (const over of [{ idleExpiresAt: past }, { expiresAt: past }]) {
      await api.signIn(user.id, { userAgent: 'over' });
      await api.db.session.updateMany({ where: { userId: user.id, userAgent: 'over' }, data: over });
    }
    await api.signIn(user.id, { via: 'team', passwordHash: new Uint8Array(32).fill(7) });
    expect(await list(as)).toHaveLength(1);
  });
});

describe('ending a session', () => {
  it('holds at its next request, and is on record', async () => {
    const { user, as } = await api.addPerson();
    const other = await api.signIn(user.id);
    const { id } = await currentOf(other);
    expect((await api.call('DELETE', `/v1/me/sessions/${id}`, { as })).status).toBe(204);
    expect((await api.call('GET', '/v1/me', { as: other })).status).toBe(401);
    expect((await api.call('GET', '/v1/me', { as })).status).toBe(200);
    const audit = { action: 'session.revoked', actorId: user.id, subjectId: id };
    expect(await api.db.auditEvent.count({ where: audit })).toBe(1);
    expect((await api.call('DELETE', `/v1/me/sessions/${id}`, { as })).status).toBe(404);
  });

  it('is not possible for somebody else’s, and for what is no id', async () => {
    const { as } = await api.addPerson();
    const other = await api.addPerson();
    const { id } = await currentOf(other.as);
    expect((await api.call('DELETE', `/v1/me/sessions/${id}`, { as })).body['code']).toBe('not_found');
    expect((await api.call('DELETE', `/v1/me/sessions/${randomUUID()}`, { as })).status).toBe(404);
    expect((await api.call('DELETE', '/v1/me/sessions/none', { as })).status).toBe(400);
    expect((await api.call('GET', '/v1/me', { as: other.as })).status).toBe(200);
  });

  it('ends all the others at a stroke', async () => {
    const { user, as } = await api.addPerson();
    const others = [await api.signIn(user.id), await api.signIn(user.id)];
    const stranger = await api.addPerson();
    expect((await api.call('DELETE', '/v1/me/sessions', { as })).body).toEqual({ revoked: 2 });
    for (const other of others) expect((await api.call('GET', '/v1/me', { as: other })).status).toBe(401);
    for (const still of [as, stranger.as])
      expect((await api.call('GET', '/v1/me', { as: still })).status).toBe(200);
    expect((await api.call('DELETE', '/v1/me/sessions', { as })).body).toEqual({ revoked: 0 });
  });

  it('retires the keys that were to last as long, and no others', async () => {
    const { user, as } = await api.addPerson();
    const other = await api.signIn(user.id);
    const [kept, gone] = [await addSessionKey(as), await addSessionKey(other)];
    await api.call('DELETE', `/v1/me/sessions/${(await currentOf(other)).id}`, { as });
    const stateOf = async (id: string) => (await api.call('GET', `/v1/keys/${id}`, { as })).body['state'];
    expect(await stateOf(gone)).toBe('retired');
    expect(await stateOf(kept)).toBe('checking');
  });

  it('ends its open event stream at once, while the others go on', async () => {
    const { user, as } = await api.addPerson();
    const other = await api.signIn(user.id);
    const { id } = await currentOf(other);
    const [mine, theirs] = [await open(as), await open(other)];
    await api.call('DELETE', `/v1/me/sessions/${id}`, { as });
    // Far sooner than the next heartbeat would notice.
    const ended = vi.fn();
    theirs.end.then(ended);
    await vi.waitFor(() => expect(ended).toHaveBeenCalled(), { timeout: 10_000 });
    const key = await addSessionKey(as);
    await mine.next('key', ({ data }) => data['id'] === key);
  });

  it('is possible while suspended', async () => {
    const { user, as } = await api.addPerson();
    await api.signIn(user.id);
    await api.db.user.update({ where: { id: user.id }, data: { state: 'suspended' } });
    expect(await list(as)).toHaveLength(2);
    expect((await api.call('DELETE', '/v1/me/sessions', { as })).body).toEqual({ revoked: 1 });
  });
});

describe('the life of a session', () => {
  it.each(['idleExpiresAt', 'expiresAt'] as const)('is over at %s', async (field) => {
    const { user, as } = await api.addPerson();
    const data = { [field]: new Date(Date.now() - 1_000) };
    await api.db.session.updateMany({ where: { userId: user.id }, data });
    expect((await api.call('GET', '/v1/me', { as })).status).toBe(401);
  });

  it('is put off by use to seven days on, and never beyond its end', async () => {
    const { user, as } = await api.addPerson();
    const where = { userId: user.id };
    const soon = new Date(Date.now() + 60_000);
    const data = { idleExpiresAt: soon, expiresAt: soon, lastSeenAt: new Date(Date.now() - 120_000) };
    await api.db.session.updateMany({ where, data });
    await api.call('GET', '/v1/me', { as });
    const row = await api.db.session.findFirstOrThrow({ where });
    expect(row.idleExpiresAt.getTime()).toBeGreaterThan(Date.now() + 6 * 86_400_000);
    expect(row.expiresAt).toEqual(soon);
  });

  it('notes its last use and address at most once a minute', async () => {
    const { user, as } = await api.addPerson();
    const where = { userId: user.id };
    const { lastSeenAt } = await api.db.session.findFirstOrThrow({ where });
    await api.call('GET', '/v1/me', { as });
    expect(await api.db.session.findFirstOrThrow({ where })).toMatchObject({ lastSeenAt, address: null });

    const earlier = new Date(Date.now() - 61_000);
    await api.db.session.updateMany({ where, data: { lastSeenAt: earlier } });
    await api.call('GET', '/v1/me', { as });
    const row = await api.db.session.findFirstOrThrow({ where });
    expect(row.lastSeenAt.getTime()).toBeGreaterThan(earlier.getTime());
    expect(row.address).toBe('127.0.0.1');
  });
});
