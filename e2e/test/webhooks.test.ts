import type { Key } from '@veogate/shared/contracts/keys';
import type { Delivery, Webhook, WebhookWithSecret } from '@veogate/shared/contracts/webhooks';
import { Webhook as Verifier } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queueBackends } from '../../test/support/queue-backends.ts';
import { type Received, type Receiver, startReceiver } from '../support/receiver.ts';
import { newSecret, type Stack, startStack } from '../support/stack.ts';
import { waitFor } from '../support/wait-for.ts';
import { wipeQueue } from '../support/wipe-queue.ts';

/** Waits of 50 ms, 3 s, 18 s…, and answers within 2 s. */
const TIMES = { WEBHOOK_RETRY_BASE_MS: '50', WEBHOOK_TIMEOUT_MS: '2000' };

describe.each(queueBackends())('a webhook, with the queue on $name', ({ redisUrl }) => {
  let stack: Stack;
  let receiver: Receiver;
  let key: Key;

  beforeAll(async () => {
    receiver = await startReceiver();
    stack = await startStack({ redisUrl, env: { ...TIMES, WEBHOOK_ALLOWED_HOSTS: receiver.host } });
    key = await stack.client.addKey(newSecret());
  });
  afterAll(async () => {
    await stack?.close();
    await receiver?.close();
  });

  async function add(path: string, events: string[] = ['generation.succeeded']) {
    const body = { url: receiver.url(path), events };
    const answer = await stack.client.call<WebhookWithSecret>('POST', '/v1/webhooks', body);
    expect(answer.status).toBe(201);
    return { ...answer.body.webhook, secret: answer.body.secret };
  }
  const show = async (id: string) => (await stack.client.call<Webhook>('GET', `/v1/webhooks/${id}`)).body;
  const deliveries = async (id: string) =>
    (await stack.client.call<{ data: Delivery[] }>('GET', `/v1/webhooks/${id}/deliveries`)).body.data;
  const test = async (id: string) =>
    (await stack.client.call<Delivery>('POST', `/v1/webhooks/${id}/test`)).body;
  /** Waits until the newest message of a webhook is as wanted. */
  const waitForDelivery = (id: string, wanted: Partial<Delivery>) =>
    waitFor(`a delivery to be ${JSON.stringify(wanted)}`, async () => {
      const [last] = await deliveries(id);
      return (
        last &&
        Object.entries(wanted).every(([name, value]) => last[name as keyof Delivery] === value) &&
        last
      );
    });
  const verify = (secret: string, { body, headers }: Received) => new Verifier(secret).verify(body, headers);
  const remove = (id: string) => stack.client.call('DELETE', `/v1/webhooks/${id}`);

  it('is told of a generation in a signed message that holds no prompt', async () => {
    const hook = await add('/told', ['generation.running', 'generation.succeeded']);
    const { id, project_id } = await stack.client.generate(key.id, {
      prompt: 'a kite over dunes',
      metadata: { shot: '12' },
    });
    const done = await stack.client.waitForStatus(id, 'succeeded');
    const received = await receiver.waitFor('/told', 2);
    for (const each of received) expect(verify(hook.secret, each)).toEqual(each.event);
    const of = (type: string) => received.find(({ event }) => event.type === type)?.event;
    expect(of('generation.running')?.data).toMatchObject({
      id,
      status: 'in_progress',
      outputs: [],
      cost: null,
    });
    expect(of('generation.succeeded')).toEqual({
      type: 'generation.succeeded',
      timestamp: expect.stringMatching(/^\d{4}-.+Z$/),
      data: {
        ...{ id, project_id, status: 'succeeded', model: 'genaipro/veo', kind: 'text_to_video', count: 1 },
        ...{ metadata: { shot: '12' }, error: null, filtered_count: 0 },
        outputs: done.outputs.map(({ index, mime_type, byte_size, url }) => ({
          index,
          mime_type,
          byte_size,
          url,
        })),
        cost: { amount: '1', unit: 'credits' },
        created_at: done.created_at,
        finished_at: done.finished_at,
      },
    });
    expect(received.map(({ body }) => body).join()).not.toContain('a kite over dunes');
    const sent = await waitForDelivery(hook.id, { state: 'delivered', attempts: 1, last_status: 204 });
    expect(received.map(({ headers }) => headers['webhook-id'])).toContain(sent.id);
    await remove(hook.id);
  });

  it('is told why a generation failed, and nothing that it did not subscribe to', async () => {
    const hook = await add('/failed', ['generation.failed', 'generation.canceled']);
    const { id } = await stack.client.generate(key.id, { prompt: 'no [sim:filtered]' });
    await stack.client.waitForStatus(id, 'failed');
    const [failed] = await receiver.waitFor('/failed', 1);
    expect(failed?.event).toMatchObject({
      type: 'generation.failed',
      data: { id, error: { code: 'content_filtered', message: expect.any(String), billing: 'not_billed' } },
    });
    expect((await deliveries(hook.id)).map(({ type }) => type)).toEqual(['generation.failed']);
    await remove(hook.id);
  });

  it('gets the same bytes again after an error and after a dropped connection', async () => {
    const hook = await add('/again');
    receiver.next('/again', 500, (request) => request.socket.destroy());
    const { id } = await stack.client.generate(key.id);
    await stack.client.waitForStatus(id, 'succeeded');
    const received = await receiver.waitFor('/again', 3);
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    for (const each of received) verify(hook.secret, each);
    await waitForDelivery(hook.id, { state: 'delivered', attempts: 3, last_error: null });
    expect((await show(hook.id)).failing_since).toBeNull();
    await remove(hook.id);
  });

  it('is switched off by 410, and tells why', async () => {
    const hook = await add('/gone');
    receiver.next('/gone', 410);
    await test(hook.id);
    await waitForDelivery(hook.id, { state: 'failed', last_status: 410 });
    expect(await show(hook.id)).toMatchObject({ state: 'disabled', disabled_reason: 'gone' });
    expect((await stack.client.call('POST', `/v1/webhooks/${hook.id}/test`)).status).toBe(409);
    const on = await stack.client.call<Webhook>('PATCH', `/v1/webhooks/${hook.id}`, { state: 'active' });
    expect(on.body).toMatchObject({ state: 'active', disabled_reason: null, failing_since: null });
    await remove(hook.id);
  });

  it('is switched off where nothing has arrived for five days', async () => {
    const hook = await add('/dead');
    const sixDaysAgo = new Date(Date.now() - 6 * 86_400_000);
    await stack.db.webhookEndpoint.update({ where: { id: hook.id }, data: { failingSince: sixDaysAgo } });
    receiver.next('/dead', 503);
    await test(hook.id);
    await waitForDelivery(hook.id, { state: 'failed' });
    expect(await show(hook.id)).toMatchObject({ state: 'disabled', disabled_reason: 'failing' });
    await remove(hook.id);
  });

  it('follows no redirect, and reads no endless answer', async () => {
    const hook = await add('/moved');
    receiver.next('/moved', (_, response) => response.writeHead(307, { location: '/elsewhere' }).end());
    await test(hook.id);
    await waitForDelivery(hook.id, { state: 'failed', last_error: 'The receiver answered 307.' });
    expect(receiver.at('/elsewhere')).toEqual([]);
    receiver.next('/moved', (_, response) => {
      response.writeHead(200);
      const more = () => response.destroyed || response.write('x'.repeat(16_384), () => setImmediate(more));
      more();
    });
    await test(hook.id);
    await waitForDelivery(hook.id, { state: 'delivered', last_status: 200 });
    await remove(hook.id);
  });

  it('gets a message once more on replay, under the same id', async () => {
    const hook = await add('/replay');
    const { id } = await test(hook.id);
    await waitForDelivery(hook.id, { state: 'delivered' });
    const answer = await stack.client.call<Delivery>(
      'POST',
      `/v1/webhooks/${hook.id}/deliveries/${id}/replay`,
    );
    expect([answer.status, answer.body.id]).toEqual([202, id]);
    const [first, second] = await receiver.waitFor('/replay', 2);
    expect(second).toMatchObject({ body: first?.body, headers: { 'webhook-id': id } });
    await waitForDelivery(hook.id, { state: 'delivered' });
    await remove(hook.id);
  });

  it('gets two signatures after its secret was rotated, until the old one’s time is over', async () => {
    const hook = await add('/rotated');
    const { body } = await stack.client.call<WebhookWithSecret>(
      'POST',
      `/v1/webhooks/${hook.id}/rotate-secret`,
    );
    expect(body.secret).not.toBe(hook.secret);
    expect(Date.parse(body.webhook.old_secret_until ?? '')).toBeGreaterThan(Date.now() + 23 * 3_600_000);
    await test(hook.id);
    const [both] = await receiver.waitFor('/rotated', 1);
    for (const secret of [hook.secret, body.secret]) verify(secret, both as Received);
    expect(both?.headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/);
    await stack.db.webhookEndpoint.update({ where: { id: hook.id }, data: { previousUntil: new Date() } });
    await test(hook.id);
    const [, one] = await receiver.waitFor('/rotated', 2);
    verify(body.secret, one as Received);
    expect(() => verify(hook.secret, one as Received)).toThrow();
    await remove(hook.id);
  });

  it('is told in the end where the worker is killed while its receiver holds the message', async () => {
    const hook = await add('/held');
    receiver.next('/held', () => {}); // Never answers.
    const { id } = await stack.client.generate(key.id);
    await stack.client.waitForStatus(id, 'succeeded');
    await receiver.waitFor('/held', 1);
    await stack.worker.kill();
    stack.worker = await stack.startWorker();
    const received = await receiver.waitFor('/held', 2);
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
    await waitForDelivery(hook.id, { state: 'delivered' });
    await remove(hook.id);
  });

  it('is told in the end where the queue is wiped', async () => {
    const hook = await add('/wiped');
    receiver.next('/wiped', 500, 500);
    const { id } = await stack.client.generate(key.id);
    await stack.client.waitForStatus(id, 'succeeded');
    // The third attempt waits for seconds, in a job that is lost.
    await receiver.waitFor('/wiped', 2);
    await stack.worker.kill();
    await wipeQueue(stack.db, redisUrl);
    stack.worker = await stack.startWorker();
    await receiver.waitFor('/wiped', 3);
    await waitForDelivery(hook.id, { state: 'delivered' });
    await remove(hook.id);
  });

  it('is sent each message by one of two workers', async () => {
    const second = await stack.startWorker();
    const hook = await add('/twice', ['generation.running', 'generation.succeeded']);
    const ids: string[] = [];
    for (let n = 0; n < 6; n += 1) ids.push((await stack.client.generate(key.id)).id);
    for (const id of ids) await stack.client.waitForStatus(id, 'succeeded');
    await waitFor(
      'all to be delivered',
      async () =>
        (await deliveries(hook.id)).filter(({ state }) => state === 'delivered').length === 2 * ids.length,
    );
    expect(receiver.at('/twice')).toHaveLength(2 * ids.length);
    await second.stop();
    await remove(hook.id);
  });
});
