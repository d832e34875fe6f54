import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { startTestApi, type TestApi } from './support/api.ts';
import { openStream } from './support/event-stream.ts';

type Headers = Record<string, string>;

/** So many refusals in one minute are still put down to impatience. */
const TOLERATED = 10;
const MINUTES = 3;

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({
    ACCESS_PROFILE: 'invite',
    PUBLIC_URL: 'https://veogate.test',
    TRUSTED_PROXIES: '127.0.0.1',
    LIMIT_ANONYMOUS: '1',
    LIMIT_USER: '2',
    LIMIT_ADDRESS: '0',
    LIMIT_VIOLATIONS: String(MINUTES),
    SUSPEND_MINUTES: '30',
    CAPTCHA: 'altcha',
  });
});
afterAll(() => api?.close());

const from = (address: string): Headers => ({ 'x-forwarded-for': address });
const ask = (as: Headers) => api.call<{ code: string; detail: string }>('GET', '/v1/me', { as });
const known = (where: { subject: string }) => api.db.violation.findMany({ where });

/** Goes on asking after being told to wait. */
async function insist(as: Headers): Promise<void> {
  for (let i = 0; i < 2 + TOLERATED; i++) await ask(as);
}

/** As if the minutes before this one had been like that, too. */
async function addMinutes(subject: string, count: number): Promise<void> {
  const minutes = Array.from({ length: count }, (_, i) => new Date(Date.now() - (i + 2) * 60_000));
  await api.db.violation.createMany({
    data: minutes.map((minute) => ({ subject, minute, kind: 'GET /v1/me' })),
  });
}

it('has nothing against a client that goes on asking for one event stream too many', async () => {
  const home = await startTestApi({ LIMIT_VIOLATIONS: '5', LIMIT_USER: '30', MAX_STREAMS_PER_USER: '1' });
  onTestFinished(() => home.close());
  const url = await home.app.listen({ host: '127.0.0.1', port: 0 });
  const headers = { authorization: `Bearer ${home.ownerToken}` };
  const stream = await openStream(`${url}/v1/events`, headers);
  for (let i = 0; i <= TOLERATED; i++)
    expect((await fetch(`${url}/v1/events`, { headers })).status).toBe(429);
  for (let i = 0; i < 50; i++) await home.call('GET', '/v1/me');
  const [violation] = await vi.waitUntil(async () => {
    const found = await home.db.violation.findMany();
    return found.length > 0 && found;
  }, 20_000);
  expect(violation?.kind).toBe('GET /v1/me');
  stream.close();
});

it('lets a person be impatient', async () => {
  const { as, user } = await api.addPerson();
  for (let i = 0; i < TOLERATED; i++) await ask(as);
  const { status } = await ask(as);
  expect(status).toBe(429);
  expect(await known({ subject: `user:${user.id}` })).toEqual([]);
});

it('wants to see a person after the first minute that was too much', async () => {
  const { as, user } = await api.addPerson();
  await insist(as);
  const [violation] = await vi.waitUntil(async () => {
    const found = await known({ subject: `user:${user.id}` });
    return found.length > 0 && found;
  }, 20_000);
  expect(violation?.kind).toBe('GET /v1/me');
  const row = await api.db.user.findUnique({ where: { id: user.id } });
  expect(row).toMatchObject({ state: 'active', captchaDue: true });
});

it('suspends an account after enough of them, for a while, tells its streams, and says why', async () => {
  const { as, user } = await api.addPerson();
  const told: string[] = [];
  const stop = api.services.hub.subscribe((changes) => told.push(...(changes?.accounts ?? [])));
  await addMinutes(`user:${user.id}`, MINUTES - 1);
  await insist(as);
  const suspended = await vi.waitUntil(
    () => api.db.user.findFirst({ where: { id: user.id, state: 'suspended' } }),
    20_000,
  );
  await vi.waitUntil(() => told.includes(user.id), 20_000);
  stop();
  const minutes = ((suspended.suspendedUntil?.getTime() ?? 0) - Date.now()) / 60_000;
  expect(Math.round(minutes)).toBe(30);
  expect(suspended.suspendedReason).toMatch(/Too many requests were refused/);
  const log = await api.db.auditEvent.findMany({ where: { subjectId: user.id }, orderBy: { id: 'asc' } });
  expect(log.map(({ action }) => action)).toEqual(['limits.violated', 'user.suspended']);
  expect(log[0]?.detail).toEqual({ minutes: MINUTES, kind: 'GET /v1/me' });
  // It begins anew once the time is over.
  expect(await known({ subject: `user:${user.id}` })).toEqual([]);
});

it('forgets minutes that are longer ago than an hour', async () => {
  const { as, user } = await api.addPerson();
  const minute = new Date(Date.now() - 61 * 60_000);
  const subject = `user:${user.id}`;
  await api.db.violation.createMany({
    data: [0, 1, 2].map((i) => ({ subject, minute: new Date(minute.getTime() - i * 60_000), kind: 'x' })),
  });
  await insist(as);
  await vi.waitUntil(async () => (await known({ subject })).length === 4, 20_000);
  expect(await api.db.user.findUnique({ where: { id: user.id } })).toMatchObject({ state: 'active' });
});

it('never suspends an administrator, and keeps it on record', async () => {
  const { as, user } = await api.addPerson('Second admin', 'admin');
  await addMinutes(`user:${user.id}`, MINUTES - 1);
  await insist(as);
  await vi.waitUntil(
    () => api.db.auditEvent.findFirst({ where: { action: 'limits.violated', subjectId: user.id } }),
    20_000,
  );
  expect(await api.db.user.findUnique({ where: { id: user.id } })).toMatchObject({ state: 'active' });
});

it('turns a network away, but nobody of it who is signed in, until an administrator or the time lets it in', async () => {
  const network = '2001:db8:0:7::/64';
  const address = (i: number) => from(`2001:db8:0:7::${(i + 1).toString(16)}`);
  await addMinutes(`network:${network}`, MINUTES - 1);
  for (let i = 0; i < 1 + TOLERATED; i++) await ask(address(i));
  const block = await vi.waitUntil(() => api.db.blockedNetwork.findUnique({ where: { network } }), 20_000);
  expect(Math.round((block.until.getTime() - Date.now()) / 60_000)).toBe(30);

  const refused = await vi.waitUntil(async () => {
    const answer = await api.call('GET', '/v1/meta', { as: address(99) });
    return answer.status === 403 && answer;
  }, 20_000);
  expect(refused.body).toMatchObject({ code: 'network_blocked' });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(29 * 60);
  const guess = { ...address(5), cookie: `${api.app.sessionCookieName}=guess` };
  // Counted before it is looked up.
  expect([403, 429]).toContain((await api.call('GET', '/v1/meta', { as: guess })).status);
  // The page itself, which says what happened, and the health of the process are not kept from anybody.
  expect((await api.call('GET', '/sign-in', { as: address(1) })).status).not.toBe(403);
  expect((await api.call('GET', '/healthz', { as: address(1) })).status).toBe(200);

  const { as } = await api.addPerson();
  expect((await api.call('GET', '/v1/meta', { as: { ...as, ...address(3) } })).status).toBe(200);

  const listed = await api.call<{ data: { network: string }[] }>('GET', '/v1/admin/blocked-networks');
  expect(listed.body.data.map((entry) => entry.network)).toContain(network);
  const path = `/v1/admin/blocked-networks/${encodeURIComponent(network)}`;
  expect((await api.call('DELETE', path)).status).toBe(204);
  expect((await api.call('GET', '/v1/terms', { as: address(200) })).body['code']).not.toBe('network_blocked');
  // With the limits of this test, one person cannot ask for much.
  const colleague = await api.addPerson('Second admin', 'admin');
  expect((await api.call('DELETE', path, { as: colleague.as })).status).toBe(404);
  const log = await api.db.auditEvent.findMany({ where: { subject: 'network' }, orderBy: { at: 'asc' } });
  expect(log.map(({ action }) => action)).toEqual(['network.blocked', 'network.unblocked']);
  const people = await api.db.auditPerson.findMany({ where: { eventId: { in: log.map(({ id }) => id) } } });
  expect(people.map(({ address }) => address).sort()).toEqual(['2001:db8:0:7::', '2001:db8:0:7::b']);
});

it('never turns away what may stand for everybody: this machine, or a proxy', async () => {
  for (let i = 0; i < 5 + TOLERATED; i++) await ask({});
  expect(await known({ subject: 'network:127.0.0.1' })).toEqual([]);
});

it('counts nothing where it is switched off', async () => {
  const quiet = await startTestApi({
    ACCESS_PROFILE: 'invite',
    PUBLIC_URL: 'https://veogate.test',
    LIMIT_USER: '1',
    LIMIT_VIOLATIONS: '0',
  });
  const { as } = await quiet.addPerson();
  for (let i = 0; i < 2 + TOLERATED; i++) await quiet.call('GET', '/v1/me', { as });
  await quiet.call('GET', '/v1/me');
  expect(await quiet.db.violation.count()).toBe(0);
  await quiet.close();
});
