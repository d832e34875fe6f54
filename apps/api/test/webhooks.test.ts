import type { Problem } from '@veogate/shared/contracts/common';
import type { Delivery, Webhook, WebhookWithSecret } from '@veogate/shared/contracts/webhooks';
import type { Scope } from '@veogate/shared/domain/scopes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dumpDatabase, startTestApi, type TestApi } from './support/api.ts';

type As = Record<string, string>;

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ WEBHOOK_ALLOWED_HOSTS: 'hooks.lan:8443, 10.1.2.3' });
});
afterAll(() => api?.close());

const URL = 'https://192.88.98.1/hooks';

const post = <T>(path: string, as: As, body?: object) =>
  api.call<T & Problem>('POST', `/v1/webhooks${path}`, { as, ...(body && { body }) });
const create = (as: As, body: object = { url: URL }) => post<WebhookWithSecret>('', as, body);
const show = async (as: As, id: string) =>
  (await api.call<Webhook>('GET', `/v1/webhooks/${id}`, { as })).body;
const change = (as: As, id: string, body: object) =>
  api.call<Webhook & Problem>('PATCH', `/v1/webhooks/${id}`, { as, body });
const listDeliveries = async (as: As, id: string, query = '') =>
  (
    await api.call<{ data: Delivery[]; has_more: boolean; next: string | null }>(
      'GET',
      `/v1/webhooks/${id}/deliveries${query}`,
      { as },
    )
  ).body;
const actionsOf = async (subjectId: string) =>
  (await api.db.auditEvent.findMany({ where: { subjectId }, orderBy: { at: 'asc' } })).map(
    ({ action }) => action,
  );

describe('a webhook', () => {
  it('is made with all events and a secret that is shown this once', async () => {
    const { as } = await api.addPerson();
    const { status, headers, body } = await create(as);
    expect([status, headers['cache-control']]).toEqual([201, 'no-store']);
    const { webhook, secret } = body;
    expect(headers.location).toBe(`/v1/webhooks/${webhook.id}`);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(webhook).toMatchObject({
      ...{ url: URL, label: '192.88.98.1', state: 'active', disabled_reason: null },
      ...{ failing_since: null, old_secret_until: null },
    });
    expect(webhook.events).toHaveLength(6);
    expect(await show(as, webhook.id)).toEqual(webhook);
    expect((await api.call('GET', '/v1/webhooks', { as })).body).toEqual({ data: [webhook] });
    const traces = `${await dumpDatabase(api.db)}\n${api.logs()}`;
    expect(traces).toContain('webhook.created');
    expect(traces).not.toContain(secret);
    expect(traces).not.toContain(secret.slice('whsec_'.length));
  });

  it('is changed, switched off and on, and deleted, and each stands in the audit log', async () => {
    const { as } = await api.addPerson();
    const { webhook } = (await create(as, { url: URL, label: 'Mine', events: ['generation.failed'] })).body;
    const { id } = webhook;
    expect((await change(as, id, { label: ' Ours ', events: ['generation.expired'] })).body).toEqual({
      ...webhook,
      label: 'Ours',
      events: ['generation.expired'],
    });
    const off = await change(as, id, { state: 'disabled' });
    expect(off.body).toMatchObject({ state: 'disabled', disabled_reason: 'owner' });
    for (const path of [`/${id}/test`, `/${id}/deliveries/${id}/replay`])
      expect((await post(path, as)).body.code).toBe('wrong_state');
    expect((await change(as, id, { state: 'active' })).body.disabled_reason).toBeNull();
    expect((await api.call('DELETE', `/v1/webhooks/${id}`, { as })).status).toBe(204);
    expect((await api.call('GET', `/v1/webhooks/${id}`, { as })).status).toBe(404);
    expect((await api.call('DELETE', `/v1/webhooks/${id}`, { as })).status).toBe(404);
    expect(await actionsOf(id)).toEqual([
      'webhook.created',
      ...Array.from({ length: 3 }, () => 'webhook.updated'),
      'webhook.deleted',
    ]);
  });

  it('gets another secret; the one before has another day', async () => {
    const { as } = await api.addPerson();
    const { webhook, secret } = (await create(as)).body;
    const rotated = await post<WebhookWithSecret>(`/${webhook.id}/rotate-secret`, as);
    expect([rotated.status, rotated.headers['cache-control']]).toEqual([200, 'no-store']);
    expect(rotated.body.secret).not.toBe(secret);
    const hours = (Date.parse(rotated.body.webhook.old_secret_until ?? '') - Date.now()) / 3_600_000;
    expect(Math.round(hours)).toBe(24);
    expect(await actionsOf(webhook.id)).toContain('webhook.secret_rotated');
  });

  it('is one of ten at the most, also where many are made at once', async () => {
    const { as } = await api.addPerson();
    const answers = await Promise.all(Array.from({ length: 13 }, () => create(as)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
    expect(answers.filter(({ body }) => body.code === 'wrong_state')).toHaveLength(3);
  });

  it('is out of reach for a token of one project', async () => {
    const { user, as } = await api.addPerson();
    await create(as);
    const { projectId } = await api.db.projectMember.findFirstOrThrow({ where: { userId: user.id } });
    const scopes: Scope[] = ['webhooks:read', 'webhooks:write'];
    const bearer = async (more: object) => {
      const body = { name: 'T', scopes, ...more };
      const token = await api.call<{ secret: string }>('POST', '/v1/me/tokens', { as, body });
      return { authorization: `Bearer ${token.body.secret}` };
    };
    const narrow = await bearer({ project_id: projectId });
    expect((await api.call('GET', '/v1/webhooks', { as: narrow })).body['code']).toBe('forbidden');
    expect((await create(narrow)).body.code).toBe('forbidden');
    expect((await create(await bearer({}))).status).toBe(201);
  });
});

describe('the address of a webhook', () => {
  it.each([
    ['no address', 'hooks'],
    ['another scheme', 'ftp://example.com/'],
    ['plain http', 'http://example.com/'],
    ['a password', 'https://me:secret@example.com/'],
    ['a name', 'https://me@example.com/'],
    ['loopback by name', 'https://localhost/'],
    ['loopback by a name with a dot', 'https://localhost./'],
    ['a name of the local network', 'https://postgres/'],
    ['loopback', 'https://127.0.0.1/'],
    ['loopback in short', 'https://127.1/'],
    ['loopback in decimal', 'https://2130706433/'],
    ['loopback in octal', 'https://0177.0.0.1/'],
    ['loopback in hex', 'https://0x7f000001/'],
    ['loopback in wide digits', 'https://１２７.0.0.1/'],
    ['loopback with a dot', 'https://127.0.0.1./'],
    ['this host', 'https://0.0.0.0/'],
    ['10/8', 'https://10.0.0.1/'],
    ['172.16/12', 'https://172.16.0.1/'],
    ['192.168/16', 'https://192.168.1.1/'],
    ['carrier-grade NAT', 'https://100.64.0.1/'],
    ['link-local, where clouds tell secrets', 'https://169.254.169.254/latest/meta-data'],
    ['multicast', 'https://224.0.0.1/'],
    ['broadcast', 'https://255.255.255.255/'],
    ['IPv6 loopback', 'https://[::1]/'],
    ['IPv6 unspecified', 'https://[::]/'],
    ['IPv6 link-local', 'https://[fe80::1]/'],
    ['IPv6 unique local', 'https://[fd00::1]/'],
    ['IPv4-mapped', 'https://[::ffff:127.0.0.1]/'],
    ['IPv4-mapped in hex', 'https://[::ffff:7f00:1]/'],
    ['IPv4-compatible', 'https://[::127.0.0.1]/'],
    ['6to4', 'https://[2002:7f00:1::]/'],
    ['NAT64', 'https://[64:ff9b::7f00:1]/'],
    ['Teredo', 'https://[2001::1]/'],
    ['an allowed host at another port', 'http://hooks.lan:8444/'],
    ['an allowed host by another scheme', 'ftp://10.1.2.3/'],
  ])('is refused where it is %s', async (_, url) => {
    const { as } = await api.addPerson();
    const { status, body } = await create(as, { url });
    expect([status, body.code]).toEqual([400, 'invalid_request']);
    expect(body.errors).toMatchObject([
      { field: 'url', message: expect.stringMatching(/^The address must .+\.$/) },
    ]);
    const { webhook } = (await create(as)).body;
    expect((await change(as, webhook.id, { url })).body.errors).toMatchObject([{ field: 'url' }]);
    expect((await show(as, webhook.id)).url).toBe(URL);
  });

  it.each([
    'http://10.1.2.3/',
    'https://10.1.2.3:9000/x',
    'http://hooks.lan:8443/',
    'https://[2606:4700::1]:8443/',
  ])('is taken where it is public, or opened by the operator: %s', async (url) => {
    const { as } = await api.addPerson();
    expect((await create(as, { url })).status).toBe(201);
  });

  it('is not the only thing that has to fit', async () => {
    const { as } = await api.addPerson();
    for (const body of [
      {},
      { url: URL, events: [] },
      { url: URL, events: ['generation.queued'] },
      { url: URL, events: ['generation.failed', 'generation.failed'] },
      { url: URL, secret: 'whsec_mine' },
      { url: `${URL}/${'x'.repeat(2_000)}` },
    ])
      expect((await create(as, body)).body.code).toBe('invalid_request');
    const { webhook } = (await create(as)).body;
    for (const body of [{}, { disabled_reason: 'gone' }, { state: 'gone' }])
      expect((await change(as, webhook.id, body)).body.code).toBe('invalid_request');
  });
});

describe('the deliveries of a webhook', () => {
  it('are listed in pages, newest first', async () => {
    const { as } = await api.addPerson();
    const { id } = (await create(as)).body.webhook;
    const sent: string[] = [];
    for (let n = 0; n < 5; n += 1) sent.unshift((await post<Delivery>(`/${id}/test`, as)).body.id);
    const first = await listDeliveries(as, id, '?limit=3');
    const rest = await listDeliveries(as, id, `?limit=3&after=${first.next}`);
    expect([first.has_more, rest.has_more, rest.next]).toEqual([true, false, null]);
    expect([...first.data, ...rest.data].map((each) => each.id)).toEqual(sent);
    expect(first.data[0]).toMatchObject({
      ...{ type: 'webhook.test', state: 'pending', attempts: 0, generation_id: null },
      ...{ last_status: null, last_error: null, delivered_at: null, next_attempt_at: expect.any(String) },
    });
  });

  it('are sent again from the beginning, but not while a worker is at it', async () => {
    const { as } = await api.addPerson();
    const { id } = (await create(as)).body.webhook;
    const delivery = (await post<Delivery>(`/${id}/test`, as)).body;
    const replay = () => post<Delivery>(`/${id}/deliveries/${delivery.id}/replay`, as);
    const set = (data: object) => api.db.webhookDelivery.update({ where: { id: delivery.id }, data });
    await set({ state: 'failed', attempts: 7, lastStatus: 500, lastError: 'The receiver answered 500.' });
    expect((await replay()).body).toMatchObject({ state: 'pending', attempts: 0, last_status: 500 });
    await set({ attempts: 1, claimedUntil: new Date(Date.now() + 60_000) });
    expect((await replay()).body.code).toBe('wrong_state');
    await set({ claimedUntil: new Date(Date.now() - 1) });
    expect((await replay()).status).toBe(202);
  });

  it('are found under their own webhook alone', async () => {
    const { as } = await api.addPerson();
    const [one, other] = [(await create(as)).body.webhook.id, (await create(as)).body.webhook.id];
    const { body } = await post<Delivery>(`/${one}/test`, as);
    expect((await post(`/${other}/deliveries/${body.id}/replay`, as)).status).toBe(404);
    expect((await listDeliveries(as, other, `?after=${body.id}`)).data).toEqual([]);
  });

  it('and the webhook go with the account’s export, without the secret', async () => {
    const { as } = await api.addPerson();
    const { webhook, secret } = (await create(as)).body;
    await post(`/${webhook.id}/test`, as);
    const { body, text } = await api.call<{ webhooks: object[]; webhook_deliveries: object[] }>(
      'GET',
      '/v1/me/export',
      { as },
    );
    expect(body.webhooks).toMatchObject([{ id: webhook.id, url: URL }]);
    expect(body.webhook_deliveries).toMatchObject([{ endpoint_id: webhook.id, type: 'webhook.test' }]);
    expect(text).not.toMatch(new RegExp(`sealed|${secret.slice(6, 20).replace(/[+/]/g, '.')}`));
  });
});
