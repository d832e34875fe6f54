import { randomBytes, randomUUID } from 'node:crypto';
import type { CreatedToken, Me, Token } from '@veogate/shared/contracts/account';
import type { Generation } from '@veogate/shared/contracts/generations';
import type { Key } from '@veogate/shared/contracts/keys';
import { type Scope, scopes } from '@veogate/shared/domain/scopes';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { sha256 } from '../src/plugins/session.ts';
import { dumpDatabase, startTestApi, type TestApi } from './support/api.ts';
import { openStream } from './support/event-stream.ts';

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
const everything: Scope[] = scopes.filter((scope) => !scope.startsWith('admin:'));
const HOUR_MS = 3_600_000;

function make(as: As | undefined, more: object = {}) {
  const body = { name: 'a script', scopes: everything, ...more };
  return api.call<CreatedToken & { code: string }>('POST', '/v1/me/tokens', { body, ...(as && { as }) });
}

/** A token as the headers that its requests carry. */
async function makeToken(as: As | undefined, more: object = {}) {
  const { status, body } = await make(as, more);
  expect(status).toBe(201);
  return { ...body, as: { authorization: `Bearer ${body.secret}` } };
}

async function list(as: As): Promise<Token[]> {
  return (await api.call<{ data: Token[] }>('GET', '/v1/me/tokens', { as })).body.data;
}

async function addKey(as: As): Promise<string> {
  const body = { provider: 'genaipro', secret: `eyJ${randomBytes(12).toString('hex')}` };
  return (await api.call<Key>('POST', '/v1/keys', { as, body })).body.id;
}

function generate(keyId: string, as: As, more: object = {}) {
  const body = { model: 'genaipro/veo', kind: 'text_to_video', prompt: 'a kite', key_id: keyId, ...more };
  return api.call<Generation & { code: string }>('POST', '/v1/generations', { as, body });
}

async function addProject(userId: string): Promise<string> {
  const id = randomUUID();
  const members = { create: { userId, role: 'owner' as const } };
  await api.db.project.create({ data: { id, name: 'Shared', kind: 'shared', members } });
  return id;
}

async function open(path: string, as: As) {
  const stream = await openStream(`${url}${path}`, as);
  streams.push(stream);
  return stream;
}

const meStatus = async (as: As) => (await api.call('GET', '/v1/me', { as })).status;

describe('making a token', () => {
  it('shows it once, and keeps its hash alone', async () => {
    const { user, as } = await api.addPerson();
    const { status, body, headers } = await make(as, { name: '  nightly  ' });
    expect(status).toBe(201);
    expect(headers['cache-control']).toBe('no-store');
    expect(body.secret).toMatch(/^vg_[\w-]{43}$/);
    expect(body.token).toMatchObject({
      name: 'nightly',
      scopes: everything,
      hint: body.secret.slice(-4),
      project_id: null,
      spend_cap: null,
      generation_limit: null,
      last_used_at: null,
    });
    const days = (Date.parse(body.token.expires_at ?? '') - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(89.9);
    expect(days).toBeLessThan(90.1);
    expect(await list(as)).toEqual([body.token]);
    const row = await api.db.accessToken.findUniqueOrThrow({ where: { id: body.token.id } });
    expect(Buffer.from(row.tokenHash)).toEqual(Buffer.from(sha256(body.secret)));
    expect(await dumpDatabase(api.db)).not.toContain(body.secret);
    expect(api.logs()).not.toContain(body.secret);
    const audit = { action: 'token.created', actorId: user.id, subjectId: body.token.id };
    expect(await api.db.auditEvent.count({ where: audit })).toBe(1);
  });

  it('needs a sign-in of the last half hour, in the browser', async () => {
    const { user, as } = await api.addPerson();
    const age = (ms: number) =>
      api.db.session.updateMany({
        where: { userId: user.id },
        data: { createdAt: new Date(Date.now() - ms) },
      });
    await age(29 * 60_000);
    expect((await make(as)).status).toBe(201);
    await age(31 * 60_000);
    const { status, body } = await make(as);
    expect([status, body.code]).toEqual([403, 'sign_in_again']);
    expect((await make(undefined)).status).toBe(201);
  });

  it('is nothing that a token can do, nor can it list or revoke any', async () => {
    const { as: browser } = await api.addPerson();
    const { as, token } = await makeToken(browser);
    const refusals = [
      await make(as),
      await api.call('GET', '/v1/me/tokens', { as }),
      await api.call('DELETE', `/v1/me/tokens/${token.id}`, { as }),
      await api.call('GET', '/v1/me/sessions', { as }),
      await api.call('DELETE', '/v1/me/sessions', { as }),
      await api.call('PATCH', '/v1/me', { as, body: { display_name: 'Else' } }),
    ];
    for (const { status, body } of refusals) expect([status, body.code]).toEqual([403, 'session_needed']);
  });

  it.each([
    [{ name: ' ' }, 'name'],
    [{ scopes: [] }, 'scopes'],
    [{ scopes: ['everything'] }, 'scopes.0'],
    [{ scopes: ['account:read', 'account:read'] }, 'scopes'],
    [{ expires_in_days: 0 }, 'expires_in_days'],
    [{ expires_in_days: 366 }, 'expires_in_days'],
    [{ project_id: 'mine' }, 'project_id'],
    [{ spend_cap: { amount: '-1', unit: 'usd' } }, 'spend_cap.amount'],
    [{ spend_cap: { amount: '1.23456', unit: 'usd' } }, 'spend_cap.amount'],
    [{ spend_cap: { amount: '99999999999', unit: 'usd' } }, 'spend_cap.amount'],
    [{ spend_cap: { amount: '1', unit: 'eur' } }, 'spend_cap.unit'],
    [{ generation_limit: 0 }, 'generation_limit'],
    [{ user_id: randomUUID() }, 'user_id'],
  ])('is refused with %o, naming the field', async (more, field) => {
    const { status, body } = await api.call<{ code: string; errors: { field: string }[] }>(
      'POST',
      '/v1/me/tokens',
      { body: { name: 'x', scopes: ['account:read'], ...more } },
    );
    expect([status, body.code]).toEqual([400, 'invalid_request']);
    expect(body.errors.map((error) => error.field)).toContain(field);
  });

  it('is refused for a project that one is no member of', async () => {
    const [{ as }, other] = [await api.addPerson(), await api.addPerson()];
    for (const project_id of [await addProject(other.user.id), randomUUID()])
      expect((await make(as, { project_id })).body.code).toBe('not_found');
  });

  it.each([
    ['member', 'admin:read', 403],
    ['member', 'admin:write', 403],
    ['auditor', 'admin:read', 201],
    ['auditor', 'admin:write', 403],
    ['admin', 'admin:read', 201],
    ['admin', 'admin:write', 201],
  ] as const)('as %s with %s is answered %d', async (role, scope, status) => {
    const { as } = await api.addPerson('Somebody', role);
    expect((await make(as, { scopes: [scope] })).status).toBe(status);
  });

  it('ends at fifty that work, however many are made at once', async () => {
    const { user, as } = await api.addPerson();
    const rows = (count: number, more: object) =>
      api.db.accessToken.createMany({
        data: Array.from({ length: count }, () => {
          const tokenHash = new Uint8Array(randomBytes(32));
          return { id: randomUUID(), userId: user.id, name: 'x', hint: 'xxxx', tokenHash, ...more };
        }),
      });
    await rows(47, { expiresAt: new Date(Date.now() + HOUR_MS) });
    await rows(5, { expiresAt: new Date(Date.now() - HOUR_MS) });
    await rows(5, { revokedAt: new Date() });
    const answers = await Promise.all(Array.from({ length: 6 }, () => make(as)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    expect(answers.filter(({ body }) => body.code === 'wrong_state')).toHaveLength(3);
    const made = answers.find(({ status }) => status === 201);
    await api.call('DELETE', `/v1/me/tokens/${made?.body.token.id}`, { as });
    expect((await make(as)).status).toBe(201);
  });
});

describe('a token', () => {
  const none = randomUUID();
  const opens: [Scope, 'GET' | 'POST' | 'DELETE', string][] = [
    ['account:read', 'GET', '/v1/me'],
    ['projects:read', 'GET', '/v1/projects'],
    ['keys:read', 'GET', '/v1/keys'],
    ['keys:read', 'GET', `/v1/keys/${none}`],
    ['keys:write', 'POST', '/v1/keys'],
    ['keys:write', 'DELETE', `/v1/keys/${none}`],
    ['keys:write', 'POST', `/v1/keys/${none}/check`],
    ['uploads:read', 'GET', `/v1/uploads/${none}`],
    ['uploads:read', 'GET', `/v1/uploads/${none}/content`],
    ['uploads:write', 'POST', '/v1/uploads'],
    ['generations:read', 'POST', '/v1/estimates'],
    ['generations:read', 'GET', '/v1/generations'],
    ['generations:read', 'GET', `/v1/generations/${none}`],
    ['generations:read', 'GET', `/v1/generations/${none}/outputs/0`],
    ['generations:read', 'GET', `/v1/generations/${none}/events`],
    ['generations:write', 'POST', '/v1/generations'],
    ['generations:write', 'DELETE', `/v1/generations/${none}`],
    ['generations:write', 'POST', `/v1/generations/${none}/cancel`],
    ['generations:write', 'POST', `/v1/generations/${none}/retry`],
    ['generations:write', 'POST', `/v1/generations/${none}/resolve`],
  ];

  it.each(scopes)('of %s opens what belongs to that, and nothing else', async (scope) => {
    const { as } = await makeToken(undefined, { scopes: [scope] });
    for (const [needed, method, path] of opens) {
      const { body } = await api.call(method, path, { as, ...(method === 'POST' && { body: {} }) });
      const isRefused = body['code'] === 'scope_missing';
      expect([path, method, isRefused]).toEqual([path, method, needed !== scope]);
    }
  });

  it('that may not read keys hears of none in the stream', async () => {
    const { as: browser } = await api.addPerson();
    const { as } = await makeToken(browser, { scopes: ['generations:read'] });
    const stream = await open('/v1/events', as);
    const { body } = await generate(await addKey(browser), browser);
    await stream.next('generation', ({ data }) => data['id'] === body.id);
    expect(stream.seen().map(({ event }) => event)).not.toContain('key');
  });

  it('works until it expires', async () => {
    const { as: browser } = await api.addPerson();
    const { as, token } = await makeToken(browser, { expires_in_days: 1 });
    expect(await meStatus(as)).toBe(200);
    const expiresAt = new Date(Date.now() - 1_000);
    await api.db.accessToken.update({ where: { id: token.id }, data: { expiresAt } });
    expect(await meStatus(as)).toBe(401);
    expect((await list(browser)).map(({ id }) => id)).toEqual([token.id]);
  });

  it('is revoked at once, with its streams, and for good', async () => {
    const { user, as: browser } = await api.addPerson();
    const [{ as, token }, other] = [await makeToken(browser), await makeToken(browser)];
    const [stream, goingOn] = [await open('/v1/events', as), await open('/v1/events', other.as)];
    expect((await api.call('DELETE', `/v1/me/tokens/${token.id}`, { as: browser })).status).toBe(204);
    expect([await meStatus(as), await meStatus(other.as)]).toEqual([401, 200]);
    const ended = vi.fn();
    stream.end.then(ended);
    await vi.waitFor(() => expect(ended).toHaveBeenCalled(), { timeout: 10_000 });
    const key = await addKey(browser);
    await goingOn.next('key', ({ data }) => data['id'] === key);
    expect((await list(browser)).map(({ id }) => id)).toEqual([other.token.id]);
    expect((await api.call('DELETE', `/v1/me/tokens/${token.id}`, { as: browser })).status).toBe(404);
    const audit = { action: 'token.revoked', actorId: user.id, subjectId: token.id };
    expect(await api.db.auditEvent.count({ where: audit })).toBe(1);
  });

  it('is nobody else’s to revoke', async () => {
    const [owner, other] = [await api.addPerson(), await api.addPerson()];
    const { as, token } = await makeToken(owner.as);
    const { body } = await api.call('DELETE', `/v1/me/tokens/${token.id}`, { as: other.as });
    expect(body['code']).toBe('not_found');
    expect(await meStatus(as)).toBe(200);
  });

  it('does nothing while its owner is suspended', async () => {
    const { user, as: browser } = await api.addPerson();
    const { as } = await makeToken(browser);
    await api.db.user.update({ where: { id: user.id }, data: { state: 'suspended' } });
    expect((await api.call('GET', '/v1/keys', { as })).body['code']).toBe('suspended');
    await api.db.user.update({ where: { id: user.id }, data: { state: 'active' } });
    expect((await api.call('GET', '/v1/keys', { as })).status).toBe(200);
  });

  it('notes when and from where it was used, at most once a minute', async () => {
    const { as: browser } = await api.addPerson();
    const { as, token } = await makeToken(browser);
    await meStatus(as);
    const [used] = await list(browser);
    expect(used).toMatchObject({ last_used_at: expect.any(String), last_used_address: '127.0.0.1' });
    await meStatus(as);
    expect((await list(browser))[0]?.last_used_at).toBe(used?.last_used_at);
    const earlier = new Date(Date.now() - 61_000);
    await api.db.accessToken.update({ where: { id: token.id }, data: { lastUsedAt: earlier } });
    await meStatus(as);
    expect(Date.parse((await list(browser))[0]?.last_used_at ?? '')).toBeGreaterThan(earlier.getTime());
  });

  it('shows what it has spent of its cap, in the unit of the cap', async () => {
    const { as: browser } = await api.addPerson();
    const keyId = await addKey(browser);
    const spend_cap = { amount: '10', unit: 'credits' };
    const { as, token } = await makeToken(browser, { spend_cap });
    expect(token.spend_cap).toEqual({ limit: spend_cap, spent: { amount: '0', unit: 'credits' } });
    expect((await generate(keyId, as, { count: 2 })).status).toBe(202);
    expect((await generate(keyId, browser, { count: 4 })).status).toBe(202);
    expect((await list(browser))[0]?.spend_cap?.spent).toEqual({ amount: '2', unit: 'credits' });
  });
});

describe('a token of one project', () => {
  let browser: As;
  let bound: As;
  let projectId: string;
  let personalId: string;
  let keyId: string;
  const made = { inside: '', outside: '' };

  beforeAll(async () => {
    const person = await api.addPerson();
    browser = person.as;
    projectId = await addProject(person.user.id);
    keyId = await addKey(browser);
    bound = (await makeToken(browser, { project_id: projectId })).as;
    personalId = (await api.call<Me>('GET', '/v1/me', { as: browser })).body.personal_project_id;
    made.inside = (await generate(keyId, browser, { project_id: projectId })).body.id;
    made.outside = (await generate(keyId, browser)).body.id;
  });

  it('sees that project alone, and what is in it', async () => {
    const ids = async (path: string) =>
      (await api.call<{ data: { id: string }[] }>('GET', path, { as: bound })).body.data.map(({ id }) => id);
    expect(await ids('/v1/projects')).toEqual([projectId]);
    expect(await ids('/v1/generations')).toContain(made.inside);
    expect(await ids('/v1/generations')).not.toContain(made.outside);
    expect(await ids(`/v1/generations?project_id=${personalId}`)).toEqual([]);
  });

  it.each(['', '/outputs/0', '/events'])('cannot read %s of a generation beside it', async (part) => {
    await api.db.output.createMany({
      data: {
        generationId: made.outside,
        index: 0,
        operationId: randomUUID(),
        storageKey: 'outputs/x',
        mimeType: 'video/mp4',
        byteSize: 1n,
        sha256: '',
      },
      skipDuplicates: true,
    });
    const { status, body } = await api.call('GET', `/v1/generations/${made.outside}${part}`, { as: bound });
    expect([status, body['code']]).toEqual([404, 'not_found']);
  });

  it.each(['cancel', 'retry', 'resolve'])('cannot %s one beside it', async (action) => {
    const body = action === 'resolve' ? { action: 'dismiss' } : undefined;
    const path = `/v1/generations/${made.outside}/${action}`;
    expect((await api.call('POST', path, { as: bound, body })).status).toBe(404);
  });

  it('cannot delete one beside it', async () => {
    expect((await api.call('DELETE', `/v1/generations/${made.outside}`, { as: bound })).status).toBe(404);
  });

  it('hears of nothing beside it', async () => {
    const stream = await open('/v1/events', bound);
    const outside = (await generate(keyId, browser)).body.id;
    const inside = (await generate(keyId, browser, { project_id: projectId })).body.id;
    await stream.next('generation', ({ data }) => data['id'] === inside);
    expect(stream.seen().map(({ data }) => data['id'])).not.toContain(outside);
  });

  it('generates in it, and nowhere else', async () => {
    expect((await generate(keyId, bound)).body.project_id).toBe(projectId);
    expect((await generate(keyId, bound, { project_id: projectId })).status).toBe(202);
    const elsewhere = await generate(keyId, bound, { project_id: personalId });
    expect([elsewhere.status, elsewhere.body.code]).toEqual([404, 'not_found']);
  });

  it('neither sees nor uses an image that was used beside it alone', async () => {
    const ownerId = (await api.call<Me>('GET', '/v1/me', { as: browser })).body.id;
    const id = randomUUID();
    const file = { storageKey: `uploads/${id}`, mimeType: 'image/png', byteSize: 1, width: 8, height: 8 };
    await api.db.upload.create({ data: { id, ownerId, ...file } });
    expect((await api.call('GET', `/v1/uploads/${id}`, { as: bound })).status).toBe(200);
    const request = { kind: 'frames_to_video', image_ids: [id] };
    expect((await generate(keyId, browser, request)).status).toBe(202);
    expect((await api.call('GET', `/v1/uploads/${id}`, { as: bound })).status).toBe(404);
    expect((await generate(keyId, bound, request)).status).toBe(404);
    expect((await generate(keyId, browser, { ...request, project_id: projectId })).status).toBe(202);
    expect((await api.call('GET', `/v1/uploads/${id}`, { as: bound })).status).toBe(200);
  });

  it('sees nothing any more once its owner left the project', async () => {
    const { user, as: other } = await api.addPerson();
    const project_id = await addProject(user.id);
    const { as } = await makeToken(other, { project_id });
    await api.db.projectMember.deleteMany({ where: { projectId: project_id } });
    expect((await api.call('GET', '/v1/projects', { as })).body['data']).toEqual([]);
    expect((await generate(await addKey(other), as)).status).toBe(404);
  });
});
