import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { type Database, openDatabase } from '../../src/db/client.ts';
import { tidy } from '../../src/db/sweep-repo.ts';
import { countAttempt, forgetAttempts, returnAttempt } from '../../src/db/throttle-repo.ts';

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, max: 16 });
});
afterAll(async () => {
  await db?.$disconnect();
  await database?.drop();
});

const passWindow = (bucket: string) =>
  db.throttle.update({ where: { bucket }, data: { windowStartedAt: new Date(Date.now() - 61_000) } });
const tryAt = (bucket: string, limit = 2) => countAttempt(db, bucket, limit, 60);

describe('a counter of tries', () => {
  it('allows exactly as many as its limit of a hundred that come at once', async () => {
    const tries = await Promise.all(Array.from({ length: 100 }, () => tryAt('crowd', 10)));
    expect(tries.filter(({ allowed }) => allowed)).toHaveLength(10);
  });

  it('says for how long to wait, and allows anew after that', async () => {
    for (let count = 0; count < 2; count += 1) expect(await tryAt('one')).toMatchObject({ allowed: true });
    const { allowed, retryAfterMs } = await tryAt('one');
    expect(allowed).toBe(false);
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
    await passWindow('one');
    expect(await tryAt('one')).toMatchObject({ allowed: true });
  });

  it('forgets one bucket and no other', async () => {
    for (const bucket of ['mine', 'theirs']) for (let i = 0; i < 3; i += 1) await tryAt(bucket);
    await forgetAttempts(db, 'mine');
    expect(await tryAt('mine')).toMatchObject({ allowed: true });
    expect(await tryAt('theirs')).toMatchObject({ allowed: false });
  });

  it('takes a try back in its own window alone', async () => {
    await tryAt('back');
    const second = await tryAt('back');
    await returnAttempt(db, second);
    expect(await tryAt('back')).toMatchObject({ allowed: true });
    await passWindow('back');
    await tryAt('back');
    await tryAt('back');
    await returnAttempt(db, second);
    expect(await tryAt('back')).toMatchObject({ allowed: false });
  });

  it('goes away once it is old', async () => {
    await tryAt('old');
    const windowStartedAt = new Date(Date.now() - 2 * 86_400_000);
    await db.throttle.update({ where: { bucket: 'old' }, data: { windowStartedAt } });
    await tryAt('young');
    await tidy(db);
    expect(await db.throttle.findUnique({ where: { bucket: 'old' } })).toBeNull();
    expect(await db.throttle.findUnique({ where: { bucket: 'young' } })).not.toBeNull();
  });
});
