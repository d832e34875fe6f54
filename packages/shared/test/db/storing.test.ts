import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { addPerson } from '../../../../test/support/person.ts';
import { type Database, openDatabase } from '../../src/db/client.ts';
import { askForFreshLinks, finishStoring, loadStoringWork } from '../../src/db/store-repo.ts';

const ROUNDS = 30;
const VIDEOS = 2;

let database: TestDatabase;
let db: Database;
let whose: Awaited<ReturnType<typeof addPerson>>;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, max: 8 });
  whose = await addPerson(db);
});
afterAll(async () => {
  await db?.$disconnect();
  await database?.drop();
});

/** One that is to be stored, with a link to each of its videos. */
async function addStoring(): Promise<string> {
  const id = randomUUID();
  const what = { provider: 'genaipro', model: 'genaipro/veo', kind: 'text_to_video', prompt: 'x' };
  await db.generation.create({ data: { id, ...whose, ...what, count: VIDEOS, state: 'storing' } });
  await db.operation.createMany({
    data: Array.from({ length: VIDEOS }, (_, position) => ({
      ...{ id: randomUUID(), generationId: id, provider: 'genaipro', operationId: randomUUID(), position },
      ...{ state: 'succeeded' as const, resultUrls: ['https://files.example/video.mp4'] },
    })),
  });
  return id;
}

it('is read with all its links or not at all, while they are being renewed', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const id = await addStoring();
    const work = await loadStoringWork(db, id);
    if (!work) throw new Error('It is to be stored.');
    const [read] = await Promise.all([loadStoringWork(db, id), askForFreshLinks(db, work, 'stale')]);
    const links = read?.operations.filter(({ resultUrls }) => resultUrls.length > 0).length;
    expect([round, links ?? VIDEOS]).toEqual([round, VIDEOS]);
  }
});

it('is not complete for whoever read it before its links were renewed', async () => {
  const id = await addStoring();
  const work = await loadStoringWork(db, id);
  if (!work) throw new Error('It is to be stored.');
  await askForFreshLinks(db, work, 'stale');
  await db.generation.update({ where: { id }, data: { state: 'storing', fence: { increment: 1 } } });
  expect(await finishStoring(db, work)).toBe(false);
  const again = await loadStoringWork(db, id);
  expect(again && (await finishStoring(db, again))).toBe(true);
});
