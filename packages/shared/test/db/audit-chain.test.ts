import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runSql } from '../../../../scripts/lib/postgres.mjs';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { createAuditSeal } from '../../src/audit/chain.ts';
import { retireOldMonths, sealAudit, verifyAudit } from '../../src/db/audit-chain-repo.ts';
import { append } from '../../src/db/audit-repo.ts';
import { type Database, openDatabase, type Transaction } from '../../src/db/client.ts';

const seal = createAuditSeal(Buffer.alloc(32, 7));
const MONTHS = 13;

let database: TestDatabase;
let db: Database;
beforeEach(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, max: 4 });
});
afterEach(async () => {
  await db?.$disconnect();
  await database?.drop();
});

/** As somebody who owns the database. */
const tamper = (sql: string) => runSql(database.ownerUrl, `set session_replication_role = replica; ${sql}`);
const write = (action: string, tx: Transaction = db) =>
  append(tx, { action, subject: 'key', detail: { b: 2, a: 'x' }, address: '192.0.2.7' });
/** Seals everything: what other databases of the server are writing right now may hold it up for a moment. */
async function sealAll(by = seal): Promise<number> {
  let sealed = 0;
  await vi.waitUntil(
    async () => {
      sealed += await sealAudit(db, by);
      const [last] = await db.auditSegment.findMany({ orderBy: { seq: 'desc' }, take: 1 });
      return (await db.auditEvent.count({ where: { ticket: { gte: last?.toTicket ?? 0n } } })) === 0;
    },
    { timeout: 20_000 },
  );
  return sealed;
}
/** Three segments of two entries each. */
async function writeSegments(): Promise<void> {
  for (const n of [1, 2, 3]) {
    await db.$transaction(async (tx) => {
      for (const what of ['first', 'second']) await write(`${what}.of_${n}`, tx);
    });
    expect(await sealAll()).toBe(2);
  }
}

describe('the audit log', () => {
  it('is sealed as it was written, and says what is not sealed yet', async () => {
    await writeSegments();
    await write('not.yet');
    const verdict = await verifyAudit(db, seal);
    expect(verdict).toMatchObject({ segments: 3, entries: 6, unsealed: 1, retired: 0, broken: null });
    expect(verdict.head).toHaveLength(32);
    await sealAll();
    const head = verdict.head ?? new Uint8Array();
    expect(await verifyAudit(db, seal, head)).toMatchObject({
      segments: 4,
      unsealed: 0,
      isExpectedFound: true,
    });
  });

  it('is not sealed past what a transaction may still write', async () => {
    await db.$transaction(async (slow) => {
      await append(slow, { action: 'slow.began' });
      await write('quick.one');
      expect(await sealAudit(db, seal)).toBe(0);
    });
    expect(await sealAll()).toBe(2);
    expect(await verifyAudit(db, seal)).toMatchObject({ entries: 2, broken: null });
  });

  it('is sealed once, whoever else is at it', async () => {
    for (let n = 0; n < 20; n += 1) await write('one.of_many');
    const sealed = await Promise.all(Array.from({ length: 4 }, () => sealAudit(db, seal)));
    expect(sealed.reduce((sum, n) => sum + n, await sealAll())).toBe(20);
    expect(await verifyAudit(db, seal)).toMatchObject({ entries: 20, broken: null });
  });

  it('holds when personal data is erased', async () => {
    await writeSegments();
    await db.auditPerson.deleteMany({});
    expect(await verifyAudit(db, seal)).toMatchObject({ entries: 6, broken: null });
  });

  it.each([
    ['changed', 2n, `update audit_events set detail = '{"a":"y","b":2}' where action = 'first.of_2'`],
    ['changed', 3n, `update audit_events set actor_id = gen_random_uuid() where action = 'second.of_3'`],
    ['missing', 1n, "delete from audit_events where action = 'second.of_1'"],
    [
      'added',
      2n,
      `insert into audit_events (id, at, action, ticket)
       select gen_random_uuid(), at, 'put.in', ticket from audit_events where action = 'first.of_2'`,
    ],
    [
      'added',
      2n,
      `insert into audit_events (id, at, action, ticket)
       select gen_random_uuid(), at - interval '5 years', 'put.in', ticket
       from audit_events where action = 'first.of_2'`,
    ],
    [
      'person',
      3n,
      "update audit_people set address = '198.51.100.1' where at = (select max(at) from audit_people)",
    ],
    ['gap', 3n, 'delete from audit_segments where seq = 2'],
    ['gap', 2n, "delete from audit_segments where seq = 1; delete from audit_events where action like '%1'"],
    ['seal', 2n, "update audit_segments set hash = sha256('x') where seq = 2"],
  ])('shows what was %s, and names segment %s', async (fault, seq, sql) => {
    await writeSegments();
    await tamper(sql);
    expect(await verifyAudit(db, seal)).toMatchObject({ broken: { fault, seq } });
  });

  it('cannot be written anew by whoever has the database alone', async () => {
    await writeSegments();
    await tamper(
      `update audit_events set action = 'never.was' where action = 'first.of_3'; delete from audit_segments where seq = 3`,
    );
    const forger = createAuditSeal(Buffer.alloc(32, 8));
    expect(await sealAll(forger)).toBe(2);
    expect(await verifyAudit(db, null)).toMatchObject({ segments: 3, broken: null });
    expect(await verifyAudit(db, seal)).toMatchObject({ broken: { fault: 'seal', seq: 3n } });
  });

  it('shows to whoever kept a hash that its end was cut off', async () => {
    await writeSegments();
    const { head } = await verifyAudit(db, seal);
    await tamper(
      `delete from audit_segments where seq = 3; delete from audit_events where action like '%of_3'`,
    );
    expect(await verifyAudit(db, seal, head ?? undefined)).toMatchObject({
      broken: null,
      isExpectedFound: false,
    });
  });
});

describe('the role of the services', () => {
  it.each([
    'update audit_events set outcome = null',
    'delete from audit_events',
    'truncate audit_events',
    'delete from audit_events_default',
    `delete from audit_events_${new Date().toISOString().slice(0, 7).replace('-', '_')}`,
    'update audit_people set address = null',
    'delete from audit_segments',
    "update audit_segments set seal = ''",
    'update audit_clock set "offset" = 0',
    'alter table audit_events disable trigger all',
  ])('may not %s', async (sql) => {
    await expect(runSql(database.url, sql)).rejects.toThrow(/permission denied|must be owner/);
  });

  it('cannot give an entry a place among those that were sealed', async () => {
    await writeSegments();
    await runSql(
      database.url,
      "insert into audit_events (id, at, action, ticket) values (gen_random_uuid(), now(), 'put.in', 1)",
    );
    expect(await verifyAudit(db, seal)).toMatchObject({ entries: 6, unsealed: 1, broken: null });
  });
});

describe('old months', () => {
  const old = new Date(Date.UTC(new Date().getUTCFullYear() - 2, 3, 9));
  const month = old.toISOString().slice(0, 7);
  const makeOld = () =>
    runSql(
      database.ownerUrl,
      `select ensure_audit_partition('${month}-01'); insert into audit_events (id, at, action)
       select gen_random_uuid(), '${old.toISOString()}', 'long.ago' from generate_series(1, 5)`,
    );

  it('go as wholes once they are sealed, and the chain holds', async () => {
    await makeOld();
    expect(await sealAll()).toBe(5);
    await writeSegments();
    expect(await retireOldMonths(db, MONTHS)).toEqual([month]);
    expect(await db.auditEvent.count({ where: { action: 'long.ago' } })).toBe(0);
    expect(await verifyAudit(db, seal)).toMatchObject({ entries: 6, retired: 5, unsealed: 1, broken: null });
    expect(await retireOldMonths(db, MONTHS)).toEqual([]);
  });

  it('stay while they are not sealed, and while the database finds them too young', async () => {
    await makeOld();
    await expect(retireOldMonths(db, MONTHS)).rejects.toThrow('not sealed yet');
    await expect(runSql(database.url, 'select retire_audit_month(current_date)')).rejects.toThrow(
      'three whole months',
    );
  });

  it('are missed where they went without a word', async () => {
    await makeOld();
    await sealAll();
    await tamper("delete from audit_events where action = 'long.ago'");
    expect(await verifyAudit(db, seal)).toMatchObject({ broken: { fault: 'missing', seq: 1n } });
  });
});
