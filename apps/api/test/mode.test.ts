import { randomUUID } from 'node:crypto';
import type { ServiceMode } from '@veogate/shared/contracts/mode';
import { changeMode } from '@veogate/shared/db/mode-repo';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './support/api.ts';
import { openStream } from './support/event-stream.ts';
import { createPeople } from './support/people.ts';

let api: TestApi;
let people: ReturnType<typeof createPeople>;
let member: Awaited<ReturnType<TestApi['addPerson']>>;
// Profile `local`, whose owner token no lockdown takes away: somebody must be able to look.
beforeEach(async () => {
  api = await startTestApi();
  people = createPeople(api);
  member = await api.addPerson('Ada');
});
afterEach(() => api?.close());

const set = (body: object, as?: Record<string, string>) =>
  api.call<ServiceMode & { code: string; errors: { field: string }[] }>('PUT', '/v1/admin/mode', {
    body,
    ...(as && { as }),
  });
const show = async () => (await api.call<ServiceMode>('GET', '/v1/admin/mode')).body;
const me = async () => (await api.call<{ code: string }>('GET', '/v1/me', { as: member.as })).status;

describe('the off switch', () => {
  it('says how it stands, who moved it, when and why', async () => {
    expect(await show()).toMatchObject({ mode: 'open', reason: null, changed_by: null, sends_mail: false });
    const before = Date.now();
    const { status, body } = await set({ mode: 'paused', reason: '  A look at the bill. ' });
    expect([status, body.mode, body.reason]).toEqual([200, 'paused', 'A look at the bill.']);
    expect(body.changed_by).toEqual({ id: api.owner.id, name: 'Owner' });
    expect(Date.parse(body.changed_at)).toBeGreaterThanOrEqual(before);
    const entry = await api.db.auditEvent.findFirstOrThrow({ where: { action: 'mode.changed' } });
    expect([entry.actorId, entry.detail]).toEqual([
      api.owner.id,
      { from: 'open', to: 'paused', reason: 'A look at the bill.' },
    ]);
  });

  it('keeps everything new from beginning while it is paused, and lets people look', async () => {
    const key = await people.addKey(member.as);
    await set({ mode: 'paused' });
    const body = { model: 'genaipro/veo', kind: 'text_to_video', prompt: 'A boat', key_id: key.id };
    const refused = await api.call('POST', '/v1/generations', { as: member.as, body });
    expect([refused.status, refused.body['code'], await me()]).toEqual([503, 'service_paused', 200]);
    await set({ mode: 'open' });
    expect((await api.call('POST', '/v1/generations', { as: member.as, body })).status).toBe(202);
  });

  it('lets in administrators alone while it is closed, and ends the streams of everybody else', async () => {
    const address = await api.app.listen({ host: '127.0.0.1', port: 0 });
    const stream = await openStream(`${address}/v1/events`, member.as);
    await set({ mode: 'closed' });
    await stream.end;
    expect(await me()).toBe(503);
    await set({ mode: 'open' });
    expect(await me()).toBe(200);
  });

  it.each([
    [{ mode: 'off' }, 'mode'],
    [{ mode: 'paused', reason: '   ' }, 'reason'],
    [{ mode: 'lockdown' }, 'confirm'],
    [{ mode: 'lockdown', confirm: 'yes' }, 'confirm'],
  ])('refuses %j, naming the field', async (body, field) => {
    const answer = await set(body);
    expect([answer.status, answer.body.errors[0]?.field]).toEqual([400, field]);
    expect((await show()).mode).toBe('open');
  });
});

describe('a lockdown', () => {
  /** Somebody with everything that there is to be taken away. */
  async function furnish(): Promise<{ keyId: string; webhookId: string; token: string }> {
    const email = { email: 'ada@example.test', emailVerified: true, provider: 'google', subject: '1' };
    await api.db.identity.create({ data: { id: randomUUID(), userId: member.user.id, ...email } });
    const { id: keyId } = await people.addKey(member.as);
    await people.generate(member.as, { key_id: keyId });
    const webhook = await api.call<{ webhook: { id: string } }>('POST', '/v1/webhooks', {
      as: member.as,
      body: { url: 'https://93.184.216.34/hook' },
    });
    const made = await api.call<{ token: string }>('POST', '/v1/me/tokens', {
      as: member.as,
      body: { name: 'Script', scopes: ['keys:read'] },
    });
    expect([webhook.status, made.status]).toEqual([201, 201]);
    return { keyId, webhookId: webhook.body.webhook.id, token: made.body.token };
  }

  it('says beforehand what it takes away', async () => {
    await furnish();
    const { lockdown } = await show();
    expect(lockdown).toMatchObject({ tokens: 1, webhooks: 1, abandoned: 0, mails: 1 });
    expect(lockdown.sessions).toBeGreaterThan(0);
    expect(lockdown.keys).toBeGreaterThan(0);
    expect(lockdown.waiting).toBeGreaterThan(0);
  });

  it('revokes every session and token, and erases every key and secret', async () => {
    const { keyId, webhookId, token } = await furnish();
    const { status, body } = await set({ mode: 'lockdown', confirm: 'lockdown', reason: 'A stolen disk.' });
    expect([status, body.mode]).toEqual([200, 'lockdown']);
    expect(body.lockdown).toMatchObject({ sessions: 0, tokens: 0, keys: 0, webhooks: 0 });
    expect(await me()).toBe(401);
    const withToken = { authorization: `Bearer ${token}` };
    expect((await api.call('GET', '/v1/keys', { as: withToken })).status).toBe(401);
    const key = await api.db.providerKey.findUniqueOrThrow({ where: { id: keyId } });
    expect([key.state, key.sealed]).toEqual(['retired', null]);
    expect(key.erasedAt).not.toBeNull();
    const webhook = await api.db.webhookEndpoint.findUniqueOrThrow({ where: { id: webhookId } });
    expect([webhook.state, webhook.disabledReason, webhook.sealed.length]).toEqual([
      'disabled',
      'lockdown',
      0,
    ]);
    const erased = await api.db.auditEvent.findFirstOrThrow({ where: { action: 'key.erased' } });
    expect(erased.detail).toEqual({ lockdown: true });
  });

  it('writes down what its people have to be told', async () => {
    await furnish();
    await set({ mode: 'lockdown', confirm: 'lockdown' });
    const [mail, ...others] = await api.db.notice.findMany();
    expect(others).toEqual([]);
    expect(mail).toMatchObject({ kind: 'lockdown', channel: 'email', recipient: 'ada@example.test' });
    expect(mail?.text).toContain('Hello Ada,');
    expect(mail?.text).toContain('GenAIPro: https://genaipro.vn');
  });

  it('cannot be ended from here, and not without another key ring', async () => {
    await set({ mode: 'lockdown', confirm: 'lockdown' });
    const answer = await set({ mode: 'open' });
    expect([answer.status, answer.body.code]).toEqual([409, 'locked_down']);
    // As an operator says who has seen to it; this service still has the old ring.
    await api.db.$transaction((tx) =>
      changeMode(tx, { mode: 'open', reason: null, by: null, hasNewRing: true }),
    );
    const { user } = member;
    const refused = await api.call('POST', '/v1/keys', {
      as: await api.signIn(user.id),
      body: { provider: 'genaipro', secret: 'eyJabcdefgh' },
    });
    expect([refused.status, refused.body['code']]).toEqual([503, 'ring_lost']);
    expect(await api.db.providerKey.count()).toBe(0);
  });

  it('leaves nothing behind that was being made at that moment', async () => {
    // Of many that are made while it happens, those before it are erased, and those after it refused.
    const adding = Array.from({ length: 20 }, () =>
      api.call('POST', '/v1/keys', { body: { provider: 'genaipro', secret: `eyJ${randomUUID()}` } }),
    );
    const locking = set({ mode: 'lockdown', confirm: 'lockdown' });
    await Promise.all([...adding, locking]);
    expect((await locking).status).toBe(200);
    expect(await api.db.providerKey.count({ where: { sealed: { not: null } } })).toBe(0);
  });
});
