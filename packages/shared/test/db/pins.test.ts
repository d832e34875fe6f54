import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import { addPerson } from '../../../../test/support/person.ts';
import { type Database, openDatabase } from '../../src/db/client.ts';
import { claimExpiredOutputs } from '../../src/db/file-repo.ts';
import { pin, unpin } from '../../src/db/pin-repo.ts';
import { recordOutput } from '../../src/db/store-repo.ts';

const ROUNDS = 40;

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

const output = (generationId: string, expiresAt: Date | null) => ({
  ...{ generationId, index: 0, operationId: randomUUID(), storageKey: `outputs/${generationId}`, expiresAt },
  ...{ mimeType: 'video/mp4', byteSize: 5n, sha256: '', width: null, height: null, durationMs: null },
});
async function addGeneration(state: 'storing' | 'succeeded'): Promise<string> {
  const id = randomUUID();
  const what = { provider: 'genaipro', model: 'genaipro/veo', kind: 'text_to_video', prompt: 'x', count: 1 };
  await db.generation.create({ data: { id, ...whose, ...what, state } });
  return id;
}
const pinNow = (id: string) => db.$transaction((tx) => pin(tx, id, async () => {}));
const rowOf = (generationId: string) => db.output.findFirstOrThrow({ where: { generationId } });

it('keeps a file that is pinned as it expires, or says that it is gone; never both, never neither', async () => {
  const ends = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const id = await addGeneration('succeeded');
    await recordOutput(db, output(id, new Date(Date.now() - 1)));
    // Each is first in half of the rounds.
    const begin = [() => claimExpiredOutputs(db), () => pinNow(id)];
    if (round % 2 === 1) begin.reverse();
    await Promise.all(begin.map((act) => act()));
    const { deletedAt, expiresAt } = await rowOf(id);
    const pinned = await pinNow(id);
    ends.add(pinned);
    expect([round, pinned, expiresAt]).toEqual(
      deletedAt ? [round, 'files_gone', expect.any(Date)] : [round, 'was_pinned', null],
    );
    expect((await claimExpiredOutputs(db)).map(({ generationId }) => generationId)).not.toContain(id);
  }
  expect([...ends].sort()).toEqual(['files_gone', 'was_pinned']);
});

it('gives no end to a file that is stored while its generation is pinned', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const id = await addGeneration('storing');
    const stored = output(id, new Date(Date.now() + 60_000));
    await Promise.all([recordOutput(db, stored), pinNow(id)]);
    expect([round, (await rowOf(id)).expiresAt]).toEqual([round, null]);
  }
});

it('lets the files expire anew once it is unpinned', async () => {
  const id = await addGeneration('succeeded');
  await recordOutput(db, output(id, new Date(Date.now() + 60_000)));
  await pinNow(id);
  const later = new Date(Date.now() + 3_600_000);
  const unpinNow = () => db.$transaction((tx) => unpin(tx, id, later));
  expect([await unpinNow(), await unpinNow()]).toEqual([true, false]);
  expect((await rowOf(id)).expiresAt).toEqual(later);
});
