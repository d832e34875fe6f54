import type { AuditEntry } from '@veogate/shared/contracts/audit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestApi, type TestApi } from './support/api.ts';
import { createPeople } from './support/people.ts';
import { buildWorld, type World } from './support/world.ts';

let api: TestApi;
let world: World;
beforeAll(async () => {
  api = await startTestApi({ TRUSTED_PROXIES: '127.0.0.1/32' });
  world = await buildWorld(api);
});
afterAll(() => api?.close());

const entries = async (query: string) =>
  (await api.call<{ data: AuditEntry[] }>('GET', `/v1/admin/audit?${query}`)).body.data;
const from = (address: string) => ({ 'x-forwarded-for': address });

describe('the audit log', () => {
  it('tells of a denial once within a minute, with who, what and where', async () => {
    const as = await world.callers.owner();
    for (let n = 0; n < 3; n += 1)
      expect((await api.call('GET', '/v1/admin/users', { as, headers: from('192.0.2.5') })).status).toBe(403);
    await api.call('PUT', '/v1/admin/mode', { as, body: { mode: 'open' }, headers: from('192.0.2.5') });
    const denied = await vi.waitUntil(async () => {
      const found = await entries('action=access.denied&address=192.0.2.5');
      return found.length >= 2 && found;
    });
    expect(denied.map(({ actor, outcome, detail }) => [actor?.id, outcome, detail])).toEqual([
      [world.ownerId, 'denied', { method: 'PUT', route: '/v1/admin/mode', code: 'role_missing' }],
      [world.ownerId, 'denied', { method: 'GET', route: '/v1/admin/users', code: 'role_missing' }],
    ]);
  });

  it('tells of whoever comes with a token that is none', async () => {
    const as = { authorization: 'Bearer vg_nothing' };
    await api.call('GET', '/v1/me', { as, headers: from('192.0.2.6') });
    const [entry] = await vi.waitUntil(async () => {
      const found = await entries('action=access.denied&address=192.0.2.6');
      return found.length > 0 && found;
    });
    expect([entry?.actor, entry?.detail]).toEqual([
      null,
      { method: 'GET', route: '/v1/me', code: 'unauthenticated' },
    ]);
  });

  it('tells once of a file and a session, and of another session again', async () => {
    const id = await world.generation();
    await api.services.store.put(
      'x',
      (await import('node:stream')).Readable.from(['v']),
      async () => undefined,
    );
    const read = (as: Record<string, string>, query = '') =>
      api.call('GET', `/v1/generations/${id}/outputs/0${query}`, { as });
    const [one, other] = [await world.callers.owner(), await world.callers.viewer()];
    for (const query of ['', '?download=1', '']) expect((await read(one, query)).status).toBe(200);
    expect((await read(other, '?download=1')).status).toBe(200);
    const seen = await vi.waitUntil(async () => {
      const found = await entries(`subject_id=${id}`);
      return found.length >= 2 && found;
    });
    expect(seen.map(({ action, actor }) => [action, actor?.id])).toEqual([
      ['output.downloaded', world.viewerId],
      ['output.viewed', world.ownerId],
    ]);
  });

  it('says where a key and a generation came from', async () => {
    const people = createPeople(api);
    const { as, user } = await api.addPerson('Ada');
    const headers = { ...as, ...from('198.51.100.9') };
    await people.generate(headers);
    const found = await entries(`person=${user.id}&address=198.51.100.9`);
    expect(found.map(({ action }) => action).sort()).toEqual(['generation.created', 'key.added']);
  });
});
