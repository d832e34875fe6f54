import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServiceMode } from '@veogate/shared/contracts/mode';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { queueBackends } from '../../test/support/queue-backends.ts';
import { type MailServer, startMailServer } from '../support/mail-server.ts';
import { runOps } from '../support/run-ops.ts';
import { newSecret, type Stack, startStack } from '../support/stack.ts';
import { waitFor } from '../support/wait-for.ts';

describe.each(queueBackends())('the off switch, with the queue on $name', ({ redisUrl }) => {
  let mail: MailServer;
  let stack: Stack;
  beforeEach(async () => {
    mail = await startMailServer();
    const env = {
      SMTP_URL: mail.url,
      MAIL_FROM: 'Veogate <veogate@test.example>',
      NOTICE_RETRY_BASE_MS: '50',
    };
    stack = await startStack({ redisUrl, env });
  });
  afterEach(async () => {
    await stack?.close();
    await mail?.close();
  });

  const secretFile = (name: string) => join(stack.folder, 'secrets', name);
  const ops = (...args: string[]) =>
    runOps(args, {
      DATABASE_URL: stack.database.url,
      DATA_DIR: stack.folder,
      VAULT_PUBLIC_KEYS_FILE: secretFile('vault-public.json'),
      VAULT_PRIVATE_KEYS_FILE: secretFile('vault-private.json'),
    });
  const readRing = async (name: string) =>
    JSON.parse(await readFile(secretFile(name), 'utf8')) as { keys: Record<string, string> };
  const submits = () => stack.simulator.ledger().length;

  it('is moved while the API is down, holds in every process and across restarts, and is undone as easily', async () => {
    const { client } = stack;
    const key = await client.addKey(newSecret());
    const { id: running } = await client.generate(key.id, { prompt: 'sent before [sim:latency=1500ms]' });
    await client.waitForStage(running, 'running');
    await stack.api.kill();

    const paused = await ops('mode', 'paused', '--reason', 'Something looks wrong.');
    expect([paused.code, paused.out, paused.err]).toEqual([
      0,
      expect.stringMatching(/^The service is paused: /),
      '',
    ]);
    // As if it was accepted in the moment before: it waits where no gate of the API stands in its way.
    stack.api = await stack.startApi();
    const refused = await client.call<{ code: string }>('POST', '/v1/generations', {
      ...{ model: 'genaipro/veo', kind: 'text_to_video', prompt: 'not now', key_id: key.id },
    });
    expect([refused.status, refused.body.code]).toEqual([503, 'service_paused']);
    await stack.db.serviceMode.update({ where: { id: 1 }, data: { mode: 'open' } });
    await stack.worker.kill();
    const { id: waiting } = await client.generate(key.id, { prompt: 'waits' });
    await ops('mode', 'paused');
    stack.worker = await stack.startWorker();
    // What was sent is collected, by a worker that started in this mode.
    await client.waitForStatus(running, 'succeeded');
    expect([submits(), (await client.show(waiting)).status]).toEqual([1, 'queued']);

    expect((await ops('mode')).out).toMatch(/^paused: /);
    expect((await ops('mode', 'open')).code).toBe(0);
    await client.waitForStatus(waiting, 'succeeded');
    expect(submits()).toBe(2);
  });

  it('locks down: keys and ring are gone, people are told, and paid work goes on with the same key', async () => {
    const { client, db } = stack;
    const secret = newSecret();
    const key = await client.addKey(secret);
    const owner = await db.user.findFirstOrThrow();
    const email = { provider: 'google', subject: '1', email: 'ada@example.test', emailVerified: true };
    await db.identity.create({ data: { id: randomUUID(), userId: owner.id, ...email } });
    const { id } = await client.generate(key.id, { prompt: 'paid for [sim:latency=4000ms]' });
    await client.waitForStage(id, 'running');
    const before = Object.keys((await readRing('vault-private.json')).keys);
    // The mail server is not well at first; the mail arrives all the same.
    mail.refuse(451);

    const unsure = await ops('mode', 'lockdown');
    expect([unsure.code, unsure.out]).toEqual([1, expect.stringContaining('erases 1 keys')]);
    expect((await client.call<ServiceMode>('GET', '/v1/admin/mode')).body.mode).toBe('open');

    const locked = await ops('mode', 'lockdown', '--yes', '--reason', 'A stolen disk.');
    expect([locked.code, locked.err]).toEqual([0, '']);
    expect(locked.out).toContain('The ring keys in');
    const told = await mail.next('mail', ({ to }) => to.includes('ada@example.test'));
    expect([told.from, told.subject]).toEqual([
      '"Veogate" <veogate@test.example>',
      'Veogate was locked down: withdraw your keys',
    ]);
    expect(told.text).toContain('GenAIPro: https://genaipro.vn');
    expect((await readRing('vault-private.json')).keys).toEqual({});
    await client.waitForStatus(id, 'expired');
    expect((await client.show(id)).error?.code).toBe('key_erased');

    // The worker starts without a key to open, too; and nothing leads back but a new ring.
    await stack.worker.kill();
    stack.worker = await stack.startWorker();
    const opened = await ops('mode', 'open');
    expect([opened.code, opened.err]).toEqual([0, '']);
    const after = Object.keys((await readRing('vault-private.json')).keys);
    expect(after).toHaveLength(1);
    expect(before).not.toContain(after[0]);

    // Neither service was restarted since the ring was replaced.
    await client.addKey(secret);
    await client.waitForStatus(id, 'succeeded');
    expect(submits()).toBe(1);
  });

  it('destroys the ring from within the worker, where the page locks down', async () => {
    await stack.client.addKey(newSecret());
    const { status } = await stack.client.call('PUT', '/v1/admin/mode', {
      mode: 'lockdown',
      confirm: 'lockdown',
    });
    expect(status).toBe(200);
    await waitFor('the ring to be destroyed', async () => {
      const { keys } = await readRing('vault-private.json');
      return Object.keys(keys).length === 0;
    });
    await waitFor('the entry', () => stack.db.auditEvent.findFirst({ where: { action: 'ring.destroyed' } }));
    expect(stack.worker.output()).toContain('lockdown: ring keys were destroyed');
  });
});
