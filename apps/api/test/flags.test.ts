import type { FlagRule, FlagRules, WholeIncident } from '@veogate/shared/contracts/incidents';
import { raiseFlag } from '@veogate/shared/db/incident-repo';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './support/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api?.close());

type Refused = { code: string; errors: { field: string; allowed?: string[] }[] };
const set = (rule: string, body: object) =>
  api.call<FlagRule & Refused>('PATCH', `/v1/admin/flags/${rule}`, { body });
const find = async (rule: string) => {
  const { body } = await api.call<FlagRules>('GET', '/v1/admin/flags');
  return body.data.find(({ id }) => id === rule);
};

describe('the rules of the red flags', () => {
  it('stand as they come until somebody sets them, each number by itself', async () => {
    expect(await find('failure_storm')).toMatchObject({ enabled: true, action: 'none' });
    await set('failure_storm', { thresholds: { failures: 9, share: 30 } });
    const changed = await set('failure_storm', { thresholds: { share: null }, enabled: false });
    expect(changed.body.thresholds.map(({ name, value, usual }) => [name, value, usual])).toEqual([
      ['failures', 9, 5],
      ['share', 50, 50],
    ]);
    expect(await find('failure_storm')).toEqual(changed.body);
    expect(changed.body.enabled).toBe(false);
    const [entry] = await api.db.auditEvent.findMany({
      where: { action: 'flag.changed' },
      orderBy: { id: 'desc' },
    });
    expect([entry?.subjectId, entry?.detail]).toEqual(['failure_storm', { share: null, enabled: false }]);
  });

  it.each([
    ['failure_storm', { thresholds: { failures: 0 } }, 'thresholds.failures'],
    ['failure_storm', { thresholds: { share: 101 } }, 'thresholds.share'],
    ['failure_storm', { thresholds: { minutes: 5 } }, 'thresholds.minutes'],
    ['failure_storm', { action: 'suspend_user' }, 'action'],
    ['failure_storm', {}, 'body'],
    ['no_such_rule', { enabled: true }, 'rule'],
  ])('refuse for %s: %j', async (rule, body, field) => {
    const answer = await set(rule, body);
    expect([answer.status, answer.body.errors[0]?.field]).toEqual([400, field]);
  });

  it('say that nobody is told, where nobody is', async () => {
    const { body } = await api.call<FlagRules>('GET', '/v1/admin/flags');
    expect(body.alerts).toEqual({ emails: 0, webhook: false });
    const test = await api.call<Refused>('POST', '/v1/admin/alerts/test');
    expect([test.status, test.body.code]).toEqual([409, 'wrong_state']);
  });
});

describe('an incident', () => {
  const finding = { subjectId: '192.0.2.1', measured: 10, evidence: { refusals: 10 } };
  const raise = (measured: number) =>
    api.db.$transaction((tx) =>
      raiseFlag(tx, 'refused_burst', { ...finding, measured, evidence: { refusals: measured } }),
    );
  const show = async (id: string) => (await api.call<WholeIncident>('GET', `/v1/admin/incidents/${id}`)).body;
  const say = (id: string, body: object) =>
    api.call<WholeIncident & Refused>('POST', `/v1/admin/incidents/${id}/events`, { body });

  it('is one however often it is found, and told of again once it is much worse', async () => {
    const first = await raise(10);
    expect(first.news).toBe('opened');
    expect((await raise(29)).news).toBeNull();
    expect((await raise(30)).news).toBe('worse');
    expect((await raise(31)).news).toBeNull();
    const { events, evidence } = await show(first.incident.id);
    expect(events.map(({ kind }) => kind)).toEqual(['opened', 'worse']);
    expect(evidence).toEqual({ refusals: 30, measured: 30 });
  });

  it('is not raised again while it goes on after it was resolved, and is once it comes back', async () => {
    const { incident } = await raise(10);
    expect((await say(incident.id, { word: 'resolved', text: 'Our own scanner.' })).status).toBe(200);
    expect((await raise(1_000)).news).toBeNull();
    await api.db.incident.update({
      where: { id: incident.id },
      data: { lastSeenAt: new Date(Date.now() - 61 * 60_000) },
    });
    const again = await raise(10);
    expect(again.news).toBe('opened');
    expect(again.incident.id).not.toBe(incident.id);
    const reopened = await say(incident.id, { word: 'reopened' });
    expect([reopened.status, reopened.body.code]).toEqual([409, 'wrong_state']);
  });

  it.each([
    [{ word: 'noted' }, 'text'],
    [{ word: 'noted', text: '  ' }, 'text'],
    [{ word: 'closed' }, 'word'],
  ])('refuses %j, naming the field', async (body, field) => {
    const { incident } = await raise(10);
    const answer = await say(incident.id, body);
    expect([answer.status, answer.body.errors[0]?.field]).toEqual([400, field]);
  });
});
