import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { Generation } from '@veogate/shared/contracts/generations';
import type { Key } from '@veogate/shared/contracts/keys';
import { acceptKey } from '@veogate/shared/db/key-check-repo';
import { retireSessionKeys } from '@veogate/shared/db/sweep-repo';
import { createEventSender } from '@veogate/shared/events/channel';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { sha256 } from '../src/plugins/session.ts';
import { ORIGIN, startTestApi, type TestApi } from './support/api.ts';
import { openStream, type SentEvent } from './support/event-stream.ts';

let api: TestApi;
let url: string;
/** As the worker tells of what it did. */
let worker: ReturnType<typeof createEventSender>;
const streams: Awaited<ReturnType<typeof openStream>>[] = [];

beforeAll(async () => {
  api = await startTestApi({ MAX_STREAMS_PER_USER: '4' });
  url = await api.app.listen({ host: '127.0.0.1', port: 0 });
  worker = createEventSender(api.database.url);
});
afterEach(() => {
  for (const stream of streams.splice(0)) stream.close();
});
afterAll(async () => {
  await worker?.close();
  await api?.close();
});

const asOwner = () => ({ authorization: `Bearer ${api.ownerToken}` });

async function open(path: string, headers: Record<string, string> = asOwner()) {
  const stream = await openStream(`${url}${path}`, headers);
  streams.push(stream);
  return stream;
}

async function addKey(as: Record<string, string> = asOwner(), more: object = {}) {
  const body = { provider: 'genaipro', secret: `eyJ${randomBytes(12).toString('hex')}`, ...more };
  return (await api.call<Key>('POST', '/v1/keys', { as, body })).body;
}

async function generate(keyId: string, as: Record<string, string> = asOwner()) {
  const body = { model: 'genaipro/veo', kind: 'text_to_video', prompt: 'a paper boat', key_id: keyId };
  return (await api.call<Generation>('POST', '/v1/generations', { as, body })).body;
}

const about = (id: string, more: object = {}) => {
  const wanted = Object.entries({ id, ...more });
  return ({ data }: SentEvent) => wanted.every(([name, value]) => data[name] === value);
};
const keysIn = (events: SentEvent[]) => events.filter(({ event }) => event === 'key');

describe('the stream of everything', () => {
  it('tells of a key from its adding to its end, as it is read by itself, and without an id', async () => {
    const stream = await open('/v1/events');
    const key = await addKey();
    await stream.next('added key', about(key.id, { state: 'checking' }));

    const row = await api.db.providerKey.findUniqueOrThrow({ where: { id: key.id } });
    const quota = { total: 100, used: 4, expires_at: null };
    await acceptKey(api.db, row, { quota, fingerprint: new Uint8Array(32) });
    worker.keyChanged(key.id);
    const accepted = await stream.next('accepted key', about(key.id, { state: 'active' }));
    expect(accepted).toEqual({
      event: 'key',
      id: undefined,
      data: (await api.call('GET', `/v1/keys/${key.id}`)).body,
    });
    expect(accepted.data['quota']).toEqual(quota);

    await api.call('DELETE', `/v1/keys/${key.id}`);
    const retired = await stream.next('retired key', about(key.id, { state: 'retired' }));
    expect(retired.data['retired_at']).toEqual(expect.any(String));
  });

  it('tells of a key that is checked again', async () => {
    const key = await addKey();
    await api.db.providerKey.update({ where: { id: key.id }, data: { state: 'rejected' } });
    const stream = await open('/v1/events');
    await api.call('POST', `/v1/keys/${key.id}/check`);
    await stream.next('key', about(key.id, { state: 'checking' }));
  });

  it('tells of keys that end with their session, and of the work that waited for them', async () => {
    const signIn = await api.call('POST', '/auth/launch', {
      as: { origin: ORIGIN },
      body: { token: api.ownerToken },
    });
    const as = { cookie: String(signIn.headers['set-cookie']).split(';')[0] ?? '', origin: ORIGIN };
    const key = await addKey(as, { scope: 'session' });
    const { id } = await generate(key.id, as);
    const stream = await open('/v1/events');
    await api.call('POST', '/auth/logout', { as });
    await stream.next('key', about(key.id, { state: 'retired' }));
    await stream.next('generation', about(id, { status: 'canceled' }));
  });

  it('tells of keys that the sweep retires', async () => {
    const { user, as } = await api.addPerson();
    const key = await addKey(as, { scope: 'session' });
    const other = await api.addPerson();
    const kept = await addKey(other.as, { scope: 'session' });
    const stream = await open('/v1/events', as);
    // The session under which it reads is none of those that end.
    const idHash = sha256(randomBytes(8).toString('hex'));
    await api.db.providerKey.update({ where: { id: key.id }, data: { sessionIdHash: idHash } });
    const retired = await retireSessionKeys(api.db);
    expect(retired.keys).toContain(key.id);
    expect(retired.keys).not.toContain(kept.id);
    worker.keyChanged(...retired.keys);
    await stream.next('key', about(key.id, { state: 'retired' }));
    const written = await api.db.auditEvent.findMany({
      where: { subjectId: key.id, action: 'key.retired' },
    });
    expect(written.map(({ actorId }) => actorId)).toEqual([user.id]);
  });

  it('never tells of other people’s keys', async () => {
    const { as } = await api.addPerson();
    const mine = await open('/v1/events', as);
    const resumed = await open('/v1/events', { ...as, 'last-event-id': new Date(0).toISOString() });
    const theirs = await addKey();
    worker.keyChanged(theirs.id);
    const own = await addKey(as);
    for (const stream of [mine, resumed]) {
      await stream.next('own key', about(own.id));
      expect(new Set(keysIn(stream.seen()).map(({ data }) => data['id']))).toEqual(new Set([own.id]));
    }
  });

  it('tells of every key again to a client that comes back, and of those retired meanwhile', async () => {
    const { as } = await api.addPerson();
    const [kept, retired, long] = [await addKey(as), await addKey(as), await addKey(as)];
    await api.call('DELETE', `/v1/keys/${long.id}`, { as });
    const lastYear = new Date(Date.now() - 365 * 86_400_000);
    await api.db.providerKey.update({ where: { id: long.id }, data: { retiredAt: lastYear } });
    const { id } = await generate(kept.id, as);
    const first = await open('/v1/events', as);
    await api.call('POST', `/v1/generations/${id}/cancel`, { as });
    const last = await first.next('generation', about(id, { status: 'canceled' }));
    first.close();
    await api.call('DELETE', `/v1/keys/${retired.id}`, { as });

    const second = await open('/v1/events', { ...as, 'last-event-id': last.id ?? '' });
    await second.next('key', about(retired.id, { state: 'retired' }));
    await second.next('key', about(kept.id, { state: 'checking' }));
    expect(keysIn(second.seen()).map(({ data }) => data['id'])).not.toContain(long.id);
  });

  it('tells a new client nothing that it can read itself', async () => {
    const before = await open('/v1/events');
    const key = await addKey();
    await before.next('key', about(key.id));
    const stream = await open('/v1/events');
    const { id } = await generate(key.id);
    await stream.next('generation', about(id));
    expect(keysIn(stream.seen())).toEqual([]);
  });

  it('tells what happened while the service itself heard nothing', async () => {
    const key = await addKey();
    const { id } = await generate(key.id);
    const stream = await open('/v1/events');
    await api.db.$queryRaw`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and query like 'listen %'`;
    await api.activateKey(key.id);
    await api.db.generation.update({ where: { id }, data: { state: 'failed', updatedAt: new Date() } });
    await stream.next('key', about(key.id, { state: 'active' }));
    await stream.next('generation', about(id, { status: 'failed' }));
  });
});

describe('a client', () => {
  it('that left before it was known who asks takes no stream away from its owner', async () => {
    const { MAX_STREAMS_PER_USER: most } = api.services.config;
    const { hostname, port } = new URL(url);
    const asked = `GET /v1/events HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${api.ownerToken}\r\n\r\n`;
    let left = 0;
    const note = (socket: Socket) =>
      socket.once('close', () => {
        left += 1;
      });
    api.app.server.on('connection', note);
    await api.db.$transaction(async (tx) => {
      // Nobody learns who asks.
      await tx.$executeRaw`lock table users in access exclusive mode`;
      for (let i = 0; i < most; i++) {
        const socket = connect(Number(port), hostname, () => socket.write(asked));
        socket.on('error', () => {});
        await vi.waitUntil(async () => (await waiting(tx)) > i, 20_000);
        socket.resetAndDestroy();
      }
      await vi.waitUntil(() => left >= most, 20_000);
    });
    api.app.server.off('connection', note);
    await vi.waitUntil(async () => (await waiting(api.db)) === 0, 20_000);
    expect((await open('/v1/events')).seen()).toEqual([]);
  });

  it('that makes up when it was here last gets its stream all the same', async () => {
    const stream = await open('/v1/events', { ...asOwner(), 'last-event-id': '-271821-04-20T00:00:00.000Z' });
    await stream.next('key', about((await addKey()).id));
  });

  /** How many requests are held up. */
  async function waiting(db: Pick<TestApi['db'], '$queryRaw'>): Promise<number> {
    const [row] = await db.$queryRaw<{ count: number }[]>`
      select count(*)::int as count from pg_locks where not granted and relation = 'users'::regclass`;
    return row?.count ?? 0;
  }
});

describe('the stream of one generation', () => {
  it('tells of that one alone, until it is finished', async () => {
    const key = await addKey();
    const [one, other] = [await generate(key.id), await generate(key.id)];
    const stream = await open(`/v1/generations/${one.id}/events`, {
      ...asOwner(),
      'last-event-id': new Date(0).toISOString(),
    });
    await stream.next('generation', about(one.id, { status: 'queued' }));
    await api.call('POST', `/v1/generations/${other.id}/cancel`);
    await api.call('DELETE', `/v1/keys/${key.id}`);
    await stream.end;
    const told = stream.seen().map(({ event, data }) => [event, data['id'], data['status']]);
    expect(told[0]).toEqual(['generation', one.id, 'queued']);
    expect(told.at(-1)).toEqual(['generation', one.id, 'canceled']);
    expect(new Set(told.map(([event, id]) => `${event} ${id}`))).toEqual(new Set([`generation ${one.id}`]));
  });
});

describe('a service that stops', () => {
  it('ends its streams in order, and waits for none of them', async () => {
    const stopping = await startTestApi();
    try {
      const address = await stopping.app.listen({ host: '127.0.0.1', port: 0 });
      const headers = { authorization: `Bearer ${stopping.ownerToken}` };
      const open = await Promise.all([1, 2, 3].map(() => openStream(`${address}/v1/events`, headers)));
      const began = performance.now();
      await stopping.app.close();
      await Promise.all(open.map(({ end }) => end));
      expect(performance.now() - began).toBeLessThan(1_000);
    } finally {
      await stopping.close();
    }
  });
});
