import type { AuditEntry } from '@veogate/shared/contracts/audit';
import { append } from '@veogate/shared/db/audit-repo';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './support/api.ts';

let api: TestApi;
let ada: Awaited<ReturnType<TestApi['addPerson']>>;
let ben: Awaited<ReturnType<TestApi['addPerson']>>;
const keyId = crypto.randomUUID();

beforeAll(async () => {
  api = await startTestApi();
  // As a proxy may write it.
  await append(api.db, { action: 'sign_out', address: 'unknown' });
  ada = await api.addPerson('Ada');
  ben = await api.addPerson('=Ben');
  const about = { subject: 'key', subjectId: keyId };
  await append(api.db, { action: 'key.added', actorId: ada.user.id, ...about, address: '192.0.2.7' });
  await append(api.db, { action: 'key.retired', actorId: ben.user.id, ...about, address: '2001:db8::1' });
  const user = { subject: 'user', subjectId: ada.user.id };
  await append(api.db, { action: 'user.suspended', actorId: ben.user.id, ...user, detail: { until: null } });
  await append(api.db, { action: 'sign_in.refused', outcome: 'denied', address: '192.0.2.8' });
});
afterAll(() => api?.close());

const search = (query: string, as?: Record<string, string>) =>
  api.call<{ data: AuditEntry[]; next: string | null; errors: { field: string }[] }>(
    'GET',
    `/v1/admin/audit?${query}`,
    as && { as },
  );
const actionsOf = async (query: string) => (await search(query)).body.data.map(({ action }) => action);

describe('the audit log', () => {
  it.each([
    ['action=key.added', ['key.added']],
    ['action=key.', ['key.retired', 'key.added']],
    ['outcome=denied', ['sign_in.refused']],
    ['address=192.0.2.7', ['key.added']],
    ['address=192.0.2.0/24', ['sign_in.refused', 'key.added']],
    ['address=2001:db8::/32', ['key.retired']],
    [`subject=key&subject_id=${keyId}`, ['key.retired', 'key.added']],
    ['person=ada', ['user.suspended', 'key.added']],
    ['person=Nobody', []],
    ['person=ada&action=user.', ['user.suspended']],
    ['until=2026-01-01T00:00:00Z', []],
  ])('is searched by %s', async (query, actions) => {
    expect(await actionsOf(query)).toEqual(actions);
  });

  it('names who did it and to whom, and where it came from', async () => {
    const [suspended] = (await search('action=user.suspended')).body.data;
    expect(suspended).toMatchObject({
      ...{ outcome: 'ok', detail: { until: null }, address: null, sealed: false },
      actor: { id: ben.user.id, name: '=Ben' },
      subject: { type: 'user', id: ada.user.id, name: 'Ada' },
    });
    const [refused] = (await search('action=sign_in.refused')).body.data;
    expect(refused).toMatchObject({ outcome: 'denied', actor: null, subject: null, address: '192.0.2.8' });
  });

  it('comes in pages, newest first, also within a span of time', async () => {
    const span = 'since=2026-01-01T00:00:00Z&limit=2';
    const first = (await search(span)).body;
    const second = (await search(`${span}&after=${first.next}`)).body;
    expect([...first.data, ...second.data].map(({ action }) => action)).toEqual([
      ...['sign_in.refused', 'user.suspended'],
      ...['key.retired', 'key.added'],
    ]);
  });

  it.each(['address=not+one', 'address=192.0.2.0/99', 'action=Key.added', 'since=yesterday'])(
    'refuses %s, naming the field',
    async (query) => {
      const { status, body } = await search(query);
      expect([status, body.errors[0]?.field]).toEqual([400, query.split('=')[0]]);
    },
  );

  it('is written out as CSV, in which nothing is a formula', async () => {
    const { text } = await download('format=csv&action=key.');
    const [names, newest, oldest, ...rest] = text.trim().split(/\r?\n/);
    expect(names).toBe(
      'id,at,action,outcome,actor_id,actor_name,subject,subject_id,subject_name,address,sealed,detail',
    );
    expect(newest).toContain(`,key.retired,ok,${ben.user.id},'=Ben,key,${keyId},,2001:db8::1,false,{}`);
    expect(oldest).toContain(`,key.added,ok,${ada.user.id},Ada,`);
    expect(rest).toEqual([]);
  });

  it('is written out as JSON lines, and says that it was', async () => {
    const { text, headers } = await download('format=jsonl&action=key.');
    const lines = text.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).action)).toEqual(['key.retired', 'key.added']);
    expect(headers['content-disposition']).toMatch(/^attachment; filename="veogate-audit-[\d-]+\.jsonl"$/);
    const [exported] = (await search('action=audit.exported')).body.data;
    expect(exported).toMatchObject({ actor: { id: api.owner.id }, detail: { action: 'key.' } });
  });
});

const download = (query: string) => api.call('GET', `/v1/admin/audit/export?${query}`);
