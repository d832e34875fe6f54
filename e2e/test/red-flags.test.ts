import { randomUUID } from 'node:crypto';
import type { FlagRule, Incident, WholeIncident } from '@veogate/shared/contracts/incidents';
import { openDatabase } from '@veogate/shared/db/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MailServer, startMailServer } from '../support/mail-server.ts';
import { addMember } from '../support/members.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { newSecret, type Stack, startStack } from '../support/stack.ts';
import { waitFor } from '../support/wait-for.ts';

type RuleId = FlagRule['id'];

let mail: MailServer;
let receiver: Receiver;
let stack: Stack;
beforeAll(async () => {
  [mail, receiver] = await Promise.all([startMailServer(), startReceiver()]);
  stack = await startStack({
    env: {
      FLAGS_INTERVAL_MS: '300',
      COUNTS_EVERY_MS: '100',
      NOTICE_RETRY_BASE_MS: '50',
      // Whoever asks says where they are.
      TRUSTED_PROXIES: '127.0.0.1/32',
      MAX_IN_FLIGHT: '3',
      SMTP_URL: mail.url,
      ALERT_EMAILS: 'boss@example.test, second@example.test',
      ALERT_WEBHOOK_URL: receiver.url('/alerts'),
      PUBLIC_URL: 'https://veogate.example',
    },
  });
});
afterAll(async () => {
  await stack?.close();
  await mail?.close();
  await receiver?.close();
});

const list = async (query = 'state=unresolved') =>
  (await stack.client.call<{ data: Incident[] }>('GET', `/v1/admin/incidents?${query}`)).body.data;
const show = async (id: string) =>
  (await stack.client.call<WholeIncident>('GET', `/v1/admin/incidents/${id}`)).body;
const say = (id: string, word: string, text?: string) =>
  stack.client.call<WholeIncident & { code: string }>('POST', `/v1/admin/incidents/${id}/events`, {
    word,
    ...(text && { text }),
  });
const set = async (rule: RuleId, change: object) => {
  const { status, body } = await stack.client.call('PATCH', `/v1/admin/flags/${rule}`, change);
  expect(status, JSON.stringify(body)).toBe(200);
};
/** The incident of a rule, once there is one. */
const raised = (rule: RuleId, fits: (incident: Incident) => boolean = () => true) =>
  waitFor(`an incident of ${rule}`, async () => (await list(`rule=${rule}`)).find(fits));
/** Lets every rule look at what is there by now. */
async function lookTwice(): Promise<void> {
  const looks = () => stack.worker.output().split('red flags checked').length;
  const before = looks();
  await waitFor('the rules to look', () => looks() >= before + 2);
}
const from = (address: string) => ({ 'x-forwarded-for': address });

describe('the red flags', () => {
  it('are not raised by ordinary use', async () => {
    const { client } = stack;
    const member = await addMember(stack, 'Ordinary');
    const key = await member.client.addKey(newSecret());
    await client.addKey(newSecret());
    for (const prompt of [
      'one',
      'two',
      'three',
      'a failure [sim:create_failed]',
      'filtered [sim:unsafe_generation]',
    ]) {
      const { id } = await member.client.generate(key.id, { prompt });
      await member.client.waitForStatus(id, 'succeeded', 'failed');
    }
    // From home, from the office, from a train.
    for (const address of ['203.0.113.7', '198.51.100.3', '192.0.2.9'])
      expect((await member.client.call('GET', '/v1/keys', undefined, from(address))).status).toBe(200);
    await client.call('GET', `/v1/generations/${randomUUID()}`, undefined, from('203.0.113.7'));
    await client.call('POST', `/v1/keys/${key.id}/check`);
    await lookTwice();
    // The machine of the tests may be full or slow by itself.
    const machine: RuleId[] = ['disk_full', 'memory_high', 'loop_lag', 'slow_answers'];
    expect((await list()).filter(({ rule }) => !machine.includes(rule))).toEqual([]);
  });

  it('one account from many networks: mailed, posted, acknowledged, noted, resolved, and quiet after that', async () => {
    const { id, client } = await addMember(stack, 'Traveller');
    for (let n = 1; n <= 5; n += 1) {
      const body = { provider: 'genaipro', secret: newSecret() };
      expect((await client.call('POST', '/v1/keys', body, from(`198.18.${n}.7`))).status).toBe(201);
    }
    const incident = await raised('many_networks', ({ subject }) => subject.id === id);
    expect(incident).toMatchObject({
      severity: 'serious',
      state: 'open',
      subject: { type: 'user', id, name: 'Traveller', user_id: id },
      evidence: { networks: 5, measured: 5 },
    });

    const told = await mail.next('the mail', ({ subject }) => subject.includes('Traveller'));
    expect(told.to).toEqual(['boss@example.test', 'second@example.test']);
    expect(told.subject).toBe('[Veogate] One account from many networks: Traveller');
    expect(told.text).toContain(`https://veogate.example/admin?view=incidents&incident=${incident.id}`);
    const [posted] = await receiver.waitFor('/alerts', 1);
    expect(posted?.event).toMatchObject({
      type: 'alert',
      data: { rule: 'many_networks', incident_id: incident.id },
    });

    // However often it is found, it is told of once.
    await lookTwice();
    expect(mail.mails.filter(({ subject }) => subject.includes('Traveller'))).toHaveLength(1);

    expect((await say(incident.id, 'acknowledged')).body.state).toBe('acknowledged');
    expect((await say(incident.id, 'acknowledged')).status).toBe(409);
    await say(incident.id, 'noted', 'She is on tour.');
    const { body } = await say(incident.id, 'resolved', 'Asked her.');
    expect(body.state).toBe('resolved');
    expect(body.events.map(({ kind, text }) => [kind, text])).toEqual([
      ['opened', null],
      ['acknowledged', null],
      ['noted', 'She is on tour.'],
      ['resolved', 'Asked her.'],
    ]);
    expect(body.alerts.map(({ channel, state }) => [channel, state]).sort()).toEqual([
      ['email', 'sent'],
      ['webhook', 'sent'],
    ]);
    // It still holds, and somebody has dealt with it.
    await lookTwice();
    expect(await list('rule=many_networks')).toHaveLength(1);
    expect((await say(incident.id, 'reopened')).body.state).toBe('open');
    await say(incident.id, 'resolved');
  });

  it('one key on several accounts', async () => {
    const [one, other] = [await addMember(stack, 'One'), await addMember(stack, 'Other')];
    const secret = newSecret();
    await one.client.addKey(secret);
    await other.client.addKey(secret);
    const { evidence, subject } = await raised('shared_key');
    expect(evidence).toMatchObject({ accounts: 2, owners: 'One, Other', provider: 'genaipro' });
    expect(subject.type).toBe('key');
  });

  it('a key that is refused after it was active', async () => {
    const { client } = await addMember(stack, 'Withdrawn');
    const secret = newSecret();
    const key = await client.addKey(secret);
    stack.simulator.configureKey(secret, { status: 'revoked' });
    await client.call('POST', `/v1/keys/${key.id}/check`);
    const incident = await raised('key_refused', ({ subject }) => subject.id === key.id);
    expect(incident.evidence).toMatchObject({ owner: 'Withdrawn', reason: 'key_invalid' });
  });

  it('quota that falls faster than our own use explains', async () => {
    const { client } = await addMember(stack, 'Leaked');
    const secret = newSecret();
    const key = await client.addKey(secret);
    const { id } = await client.generate(key.id, { prompt: 'our own', count: 2 });
    await client.waitForStatus(id, 'succeeded');
    stack.simulator.configureKey(secret, { used: 9 });
    await client.call('POST', `/v1/keys/${key.id}/check`);
    const incident = await raised('quota_drain', ({ subject }) => subject.id === key.id);
    expect(incident.severity).toBe('critical');
    expect(incident.evidence).toMatchObject({ fallen: 9, made_here: 2, unexplained: 7 });
  });

  it('a burst of refusals from one network, which is turned away where that is the policy', async () => {
    await set('refused_burst', { thresholds: { refusals: 20 }, action: 'block_network' });
    const attack = () =>
      stack.client.call<{ code: string }>('GET', '/v1/me', undefined, {
        ...from('192.0.2.66'),
        authorization: `Bearer vg_${randomUUID()}`,
      });
    for (let n = 0; n < 25; n += 1) await attack();
    const incident = await raised('refused_burst');
    expect(incident.subject).toMatchObject({ type: 'network', id: '192.0.2.66' });
    const { events } = await show(incident.id);
    expect(events.map(({ kind }) => kind)).toEqual(['opened', 'acted']);
    const { body } = await stack.client.call<{ data: { network: string }[] }>(
      'GET',
      '/v1/admin/blocked-networks',
    );
    expect(body.data.map(({ network }) => network)).toEqual(['192.0.2.66']);
  });

  it('a storm of failures', async () => {
    await set('failure_storm', { thresholds: { failures: 4, share: 10 } });
    const { client } = await addMember(stack, 'Unlucky');
    const key = await client.addKey(newSecret());
    for (let n = 0; n < 5; n += 1)
      await client.generate(key.id, { prompt: `storm ${n} [sim:create_failed]` });
    const { subject, evidence } = await raised('failure_storm');
    expect(subject).toMatchObject({ type: 'provider', id: 'genaipro' });
    expect(evidence['most_often']).toBe('provider_failed');
  });

  it('a storm of filtered content, whose account is suspended where that is the policy', async () => {
    await set('filter_storm', { action: 'suspend_user' });
    const { id, client } = await addMember(stack, 'Tester');
    const key = await client.addKey(newSecret());
    for (let n = 0; n < 5; n += 1) {
      const made = await client.generate(key.id, { prompt: `filtered ${n} [sim:unsafe_generation]` });
      await client.waitForStatus(made.id, 'failed');
    }
    const incident = await raised('filter_storm', ({ subject }) => subject.id === id);
    expect((await show(incident.id)).events.map(({ kind, text }) => [kind, text])).toEqual([
      ['opened', null],
      ['acted', 'The account was suspended by itself.'],
    ]);
    await waitFor(
      'the account to be suspended',
      async () => (await client.call('GET', '/v1/keys')).status === 403,
    );
  });

  it('traffic far above its own baseline, on which the service is paused where that is the policy', async () => {
    await set('traffic_surge', { thresholds: { requests: 400 }, action: 'pause_service' });
    for (let n = 0; n < 400; n += 1) await stack.client.call('GET', '/v1/models');
    await raised('traffic_surge');
    await waitFor('the service to be paused', async () => {
      const { body } = await stack.client.call<{ mode: string }>('GET', '/v1/meta');
      return body.mode === 'paused';
    });
    expect((await stack.client.call('PUT', '/v1/admin/mode', { mode: 'open' })).status).toBe(200);
  });

  it('slow answers', async () => {
    await set('slow_answers', { thresholds: { milliseconds: 500, answers: 10 } });
    const db = openDatabase({ url: stack.database.ownerUrl, max: 1 });
    // Somebody holds a table for a while.
    const asked = db.$transaction(async (tx) => {
      await tx.$executeRaw`lock table provider_keys in access exclusive mode`;
      const waiting = Array.from({ length: 200 }, () => stack.client.call('GET', '/v1/keys'));
      await tx.$executeRaw`select pg_sleep(1)`;
      return waiting;
    });
    await Promise.all(await asked);
    await db.$disconnect();
    const { evidence } = await raised('slow_answers');
    expect(Number(evidence['p95_ms'])).toBeGreaterThanOrEqual(500);
  });

  it('a queue that stands still for whoever has nothing under way', async () => {
    const [busy, waiting] = [await addMember(stack, 'Busy'), await addMember(stack, 'Waiting')];
    const busyKey = await busy.client.addKey(newSecret());
    for (let n = 0; n < 3; n += 1) {
      const { id } = await busy.client.generate(busyKey.id, {
        prompt: `occupies ${n} [sim:never_completes]`,
      });
      await busy.client.waitForStage(id, 'running');
    }
    const key = await waiting.client.addKey(newSecret());
    const { id } = await waiting.client.generate(key.id, { prompt: 'waits' });
    // As if it had been waiting for a while.
    const createdAt = new Date(Date.now() - 11 * 60_000);
    await stack.db.generation.update({ where: { id }, data: { createdAt, eligibleAt: createdAt } });
    const { evidence } = await raised('queue_age');
    expect(evidence).toMatchObject({ minutes: 11, waiting: 1 });
  });

  it.each([
    ['disk_full', { percent: 1 }],
    ['memory_high', { megabytes: 20 }],
  ] as const)('%s, as the processes measure it', async (rule, thresholds) => {
    await set(rule, { thresholds });
    const { evidence } = await raised(rule);
    expect(Number(evidence['measured'])).toBeGreaterThan(0);
  });

  it('a process that does not keep up', async () => {
    // In the minutes before, too.
    const minute = (ago: number) => new Date(Math.floor(Date.now() / 60_000 - ago) * 60_000);
    const rows = [1, 2].map((ago) => ({
      minute: minute(ago),
      name: 'loop_lag_ms',
      key: 'api:1',
      count: 900n,
    }));
    await stack.db.minuteCount.createMany({ data: rows });
    const stall = async () => {
      stack.api.signal('SIGSTOP');
      await new Promise((resolve) => setTimeout(resolve, 800));
      stack.api.signal('SIGCONT');
    };
    const { evidence } = await waitFor('an incident of loop_lag', async () => {
      await stall();
      await lookTwice();
      return (await list('rule=loop_lag'))[0];
    });
    expect(Number(evidence['minutes'])).toBeGreaterThanOrEqual(3);
  });

  it('are tried out on the past', async () => {
    const replay = await stack.client.call<{ looks: number; data: { subject: string; most: number }[] }>(
      'POST',
      '/v1/admin/flags/refused_burst/replay',
      { days: 1, thresholds: { refusals: 10 } },
    );
    expect(replay.status).toBe(200);
    expect(replay.body).toMatchObject({ looks: 289, data: [{ subject: '192.0.2.66' }] });
    const strict = await stack.client.call<{ data: unknown[] }>(
      'POST',
      '/v1/admin/flags/refused_burst/replay',
      {
        days: 7,
        thresholds: { refusals: 1_000 },
      },
    );
    expect(strict.body.data).toEqual([]);
  });

  it('have their place on the checklist, of which what is overdue is mailed once', async () => {
    const since = new Date(Date.now() - 5 * 86_400_000);
    await stack.db.user.updateMany({ data: { createdAt: since } });
    const told = await mail.next('the reminder', ({ subject }) =>
      subject.includes('The checklist is overdue'),
    );
    expect(told.text).toContain('Spot-check the generation history (daily)');
    expect(told.text).not.toContain('(monthly)');
    expect(told.text).toContain('https://veogate.example/admin?view=checklist');
  });

  it('arrive although the mail server and the receiver are not well at first', async () => {
    mail.refuse(421);
    receiver.next('/alerts', 503);
    const before = receiver.at('/alerts').length;
    const { body } = await stack.client.call<{ sent: number }>('POST', '/v1/admin/alerts/test');
    expect(body.sent).toBe(2);
    await mail.next('the test mail', ({ subject }) => subject === '[Veogate] Test alert');
    await receiver.waitFor('/alerts', before + 2);
  });
});
