import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runSql } from '../../../../scripts/lib/postgres.mjs';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { admitWaiting } from '../../src/db/admission-repo.ts';
import { passBreaker, reportFailing, reportWorking } from '../../src/db/breaker-repo.ts';
import { type Database, openDatabase } from '../../src/db/client.ts';
import { bumpWatch } from '../../src/db/operation-repo.ts';
import { spendToken } from '../../src/db/pacing-repo.ts';
import { findPlaces } from '../../src/db/queue-repo.ts';
import type { Slots } from '../../src/domain/waiting.ts';

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, max: 16 });
});
afterEach(async () => {
  await sql('truncate users, projects, provider_keys, generations, pacing, provider_health cascade');
});
afterAll(async () => {
  await db?.$disconnect();
  await database?.drop();
});

const sql = (text: string, values: unknown[] = []) => runSql(database.ownerUrl, text, values);
const caps = (some: Partial<Slots>): Slots => ({ perUser: 1_000, perKey: 1_000, global: 1_000, ...some });

/** A user with an active key. */
async function addUser(): Promise<{ userId: string; projectId: string; keyId: string }> {
  const [row] = await sql(`
    with u as (insert into users (id, display_name) values (gen_random_uuid(), 'Somebody') returning id),
      p as (insert into projects (id, name, kind) values (gen_random_uuid(), 'Personal', 'personal') returning id),
      k as (insert into provider_keys (id, owner_id, provider, label, hint, ring_id, state)
        select gen_random_uuid(), u.id, 'genaipro', 'Key', 'abcd', 'x', 'active' from u returning id)
    select u.id as "userId", p.id as "projectId", k.id as "keyId" from u, p, k`);
  return row as { userId: string; projectId: string; keyId: string };
}

async function addKey({ userId }: { userId: string }): Promise<string> {
  const [row] = await sql(
    `insert into provider_keys (id, owner_id, provider, label, hint, ring_id, state)
      values (gen_random_uuid(), $1, 'genaipro', 'Key', 'abcd', 'x', 'active') returning id`,
    [userId],
  );
  return (row as { id: string }).id;
}

/** So many generations in the queue, the oldest first. */
async function queue(
  of: { userId: string; projectId: string; keyId: string },
  count: number,
): Promise<string[]> {
  const { uuidv7 } = await import('uuidv7');
  const ids = Array.from({ length: count }, () => uuidv7());
  await sql(
    `insert into generations (id, project_id, user_id, key_id, provider, model, kind, prompt, count)
      select id, $2, $3, $4, 'genaipro', 'genaipro/veo', 'text_to_video', 'x', 1 from unnest($1::uuid[]) id`,
    [ids, of.projectId, of.userId, of.keyId],
  );
  return ids;
}

const setState = (ids: readonly string[], state: string) =>
  sql(`update generations set state = $2::generation_state where id = any($1::uuid[])`, [ids, state]);
const idsOf = (admitted: readonly { id: string }[]) => admitted.map(({ id }) => id);

describe('the admission', () => {
  it('fills every slot and goes over none, however many ask at once', async () => {
    for (let n = 0; n < 4; n += 1) await queue(await addUser(), 20);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => admitWaiting(db, caps({ perUser: 6, global: 15 }))),
    );
    expect(new Set(idsOf(answers.flat())).size).toBe(15);
    expect(answers.flat()).toHaveLength(15);
    const byUser = await sql(
      `select count(*)::int as n from generations where state = 'admitted' group by user_id`,
    );
    for (const { n } of byUser as { n: number }[]) expect(n).toBeLessThanOrEqual(6);
  });

  it('delays nobody by more than one slot because of somebody who queued five hundred before', async () => {
    const [many, one] = [await addUser(), await addUser()];
    await queue(many, 500);
    expect(await admitWaiting(db, caps({ global: 8 }))).toHaveLength(8);
    const [only = ''] = await queue(one, 1);
    const [first = ''] = idsOf(
      (await sql(`select id from generations where state = 'admitted' limit 1`)) as { id: string }[],
    );
    await setState([first], 'succeeded');
    expect(idsOf(await admitWaiting(db, caps({ global: 8 })))).toEqual([only]);
  });

  it('lets nothing wait behind what waits for a full key', async () => {
    const user = await addUser();
    const other = { ...user, keyId: await addKey(user) };
    await queue(user, 30);
    const [free = ''] = await queue(other, 1);
    const admitted = idsOf(await admitWaiting(db, caps({ perUser: 4, perKey: 2 })));
    expect(admitted).toContain(free);
    expect(admitted).toHaveLength(3);
  });

  it('gives a shared key’s slots to whoever still has room', async () => {
    const [full, roomy] = [await addUser(), await addUser()];
    const shared = { ...full, keyId: roomy.keyId };
    await queue(full, 3);
    await queue(shared, 3);
    await queue(roomy, 3);
    const admitted = await admitWaiting(db, caps({ perUser: 3, perKey: 3 }));
    const perUser = await sql(
      `select user_id, count(*)::int as n from generations where state = 'admitted' group by 1`,
    );
    expect((perUser as { n: number }[]).map(({ n }) => n)).toEqual([3, 3]);
    expect(admitted).toHaveLength(6);
  });

  it('goes by the very order that the places in the queue tell', async () => {
    for (const count of [5, 1, 3]) await queue(await addUser(), count);
    const all = idsOf((await sql('select id from generations')) as { id: string }[]);
    for (let left = 9; left > 0; left -= 1) {
      const places = await findPlaces(db, all);
      expect([...places.values()].map(({ position }) => position).sort((a, b) => a - b)).toEqual(
        Array.from({ length: left }, (_, index) => index + 1),
      );
      const next = [...places].find(([, { position }]) => position === 1)?.[0] ?? '';
      expect(idsOf(await admitWaiting(db, caps({ global: 1 })))).toEqual([next]);
      await setState([next], 'succeeded');
    }
  });

  it('sends nothing to a provider whose breaker is open, and one alone once it may be tried', async () => {
    await queue(await addUser(), 5);
    const until = `insert into provider_health (provider, failures, open_until) values ('genaipro', 5, now() + $1::interval)
      on conflict (provider) do update set open_until = excluded.open_until`;
    await sql(until, ['1 minute']);
    expect(await admitWaiting(db, caps({}))).toEqual([]);
    await sql(until, ['-1 second']);
    expect(await admitWaiting(db, caps({}))).toHaveLength(1);
    expect(await admitWaiting(db, caps({}))).toHaveLength(0);
    await reportWorking(db, 'genaipro');
    expect(await admitWaiting(db, caps({}))).toHaveLength(4);
  });
});

describe('the breaker', () => {
  const fail = (probe = false) => reportFailing(db, 'genaipro', { reason: 'down', openMs: 1_000, probe });
  const pass = () => db.$transaction((tx) => passBreaker(tx, 'genaipro', 60_000));
  const reopen = () => sql(`update provider_health set open_until = now() - interval '1 second'`);

  it('opens at the fifth failure in a row; a success between them begins the count anew', async () => {
    for (let n = 0; n < 4; n += 1) expect(await fail()).toBeNull();
    await reportWorking(db, 'genaipro');
    for (let n = 0; n < 4; n += 1) expect(await fail()).toBeNull();
    expect(await pass()).toBe('closed');
    expect(await fail()).toBeInstanceOf(Date);
    expect(await pass()).toBe('open');
  });

  it('lets one of many try, and opens for twice as long where that fails too', async () => {
    for (let n = 0; n < 5; n += 1) await fail();
    // What was under way when it opened says nothing new.
    expect(await fail()).toBeNull();
    await reopen();
    const passages = await Promise.all(Array.from({ length: 8 }, pass));
    expect(passages.filter((passage) => passage === 'probe')).toHaveLength(1);
    expect(passages.filter((passage) => passage === 'open')).toHaveLength(7);
    const before = Date.now();
    const until = await fail(true);
    expect((until?.getTime() ?? 0) - before).toBeGreaterThan(1_900);
    await reopen();
    await pass();
    expect(await reportWorking(db, 'genaipro')).toBe(true);
    expect(await pass()).toBe('closed');
  });
});

describe('the pace of a key', () => {
  it('is one for equal keys, and is not gone over by any number of workers', async () => {
    const [a, b] = [await addUser(), await addUser()];
    const spend = (keyId: string) =>
      db.$transaction((tx) =>
        spendToken(tx, {
          keyId,
          fingerprint: new Uint8Array([1, 2, 3]),
          endpoint: 'text-to-video',
          requestsPerMinute: 30,
        }).then((ms) => {
          if (ms > 0) throw new Error('too fast');
        }),
      );
    const spent = await Promise.allSettled(
      Array.from({ length: 40 }, (_, n) => spend(n % 2 ? a.keyId : b.keyId)),
    );
    const given = spent.filter(({ status }) => status === 'fulfilled').length;
    expect(given).toBeGreaterThanOrEqual(5);
    // One more for each 2.4 seconds that a busy machine takes for all of this.
    expect(given).toBeLessThanOrEqual(12);
  });

  it('wakes one watcher for whatever comes within its spacing', async () => {
    const { keyId } = await addUser();
    const watches = await Promise.all(
      Array.from({ length: 20 }, () => bumpWatch(db, keyId, { spacingMs: 60_000 })),
    );
    expect(watches.filter((watch) => watch !== null)).toEqual([{ keyId, fence: 1, delayMs: 60_000 }]);
  });
});
