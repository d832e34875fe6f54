import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { type Database, openDatabase } from '@veogate/shared/db/client';
import { knowsFiles } from '@veogate/shared/db/file-repo';
import { createEventSender } from '@veogate/shared/events/channel';
import { createLogger } from '@veogate/shared/logging/create-logger';
import { openDiskStore } from '@veogate/shared/storage/disk';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { addPerson } from '../../../test/support/person.ts';
import { createExpireFiles } from '../src/processors/expire-files.ts';

const LONG_AGO = new Date(Date.now() - 48 * 3_600_000);
const JUST_NOW = new Date(Date.now() - 1_000);

let database: TestDatabase;
let db: Database;
let folder = '';
let store: ReturnType<typeof openDiskStore>;
let events: ReturnType<typeof createEventSender>;
let person: Awaited<ReturnType<typeof addPerson>>;

beforeAll(async () => {
  database = await createTestDatabase();
  // With the rights of the service, not those of an operator.
  db = openDatabase({ url: database.url, max: 4 });
  events = createEventSender(database.url);
  person = await addPerson(db);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'veogate-expire-'));
  store = openDiskStore(pathToFileURL(folder).href, { isNew: async () => !(await knowsFiles(db)) });
  return async () => {
    await db.output.deleteMany();
    await db.generationInput.deleteMany();
    await db.upload.deleteMany();
    await rm(folder, { recursive: true, force: true });
  };
});
afterAll(async () => {
  await events?.close();
  await db?.$disconnect();
  await database?.drop();
});

/** Each as a worker that has just started. */
const sweep = () =>
  createExpireFiles({
    db,
    store,
    events,
    log: createLogger({ level: 'silent', name: 'test' }),
    config: { STALE_AFTER_MS: 120_000 },
  })();

const pathOf = (key: string) => join(folder, 'objects', key);
const exists = async (key: string) => (await store.read(key))?.body.destroy() !== undefined;

async function addFile(kind: 'outputs' | 'uploads'): Promise<string> {
  const key = `${kind}/2026-11/${randomUUID()}`;
  await store.put(key, Readable.from(['bytes']), async () => {});
  return key;
}

async function addOutput(expiresAt: Date | null) {
  const [id, storageKey] = [randomUUID(), await addFile('outputs')];
  const what = { model: 'genaipro/veo', kind: 'text_to_video', prompt: 'x', count: 1, provider: 'genaipro' };
  const output = { operationId: randomUUID(), mimeType: 'video/mp4', byteSize: 5n, sha256: '' };
  await db.generation.create({
    data: {
      id,
      ...person,
      ...what,
      state: 'succeeded',
      updatedAt: LONG_AGO,
      outputs: { create: { index: 0, storageKey, expiresAt, ...output } },
    },
  });
  const row = () =>
    db.output.findFirstOrThrow({ where: { generationId: id }, include: { generation: true } });
  return { id, storageKey, row };
}

async function addUpload(expiresAt: Date | null, generationId?: string): Promise<string> {
  const storageKey = await addFile('uploads');
  const image = { mimeType: 'image/png', byteSize: 5, width: 8, height: 8 };
  const uses = generationId && { uses: { create: { position: 0, generationId } } };
  await db.upload.create({
    data: { id: randomUUID(), ownerId: person.userId, storageKey, expiresAt, ...image, ...uses },
  });
  return storageKey;
}

describe('the sweep of files', () => {
  it('claims what has expired before it deletes it, and lets clients know of it', async () => {
    const [expired, later, forever] = [
      await addOutput(JUST_NOW),
      await addOutput(new Date(Date.now() + 3_600_000)),
      await addOutput(null),
    ];
    await sweep();
    expect([await exists(expired.storageKey), (await expired.row()).deletedAt]).toEqual([
      false,
      expect.any(Date),
    ]);
    expect((await expired.row()).generation.updatedAt.getTime()).toBeGreaterThan(LONG_AGO.getTime());
    for (const kept of [later, forever]) {
      expect([await exists(kept.storageKey), (await kept.row()).deletedAt]).toEqual([true, null]);
      expect((await kept.row()).generation.updatedAt).toEqual(LONG_AGO);
    }
  });

  it('deletes uploads whose time is over, save those that unfinished work needs', async () => {
    const working = await addOutput(null);
    await db.generation.update({ where: { id: working.id }, data: { state: 'running' } });
    const [needed, unused, kept] = [
      await addUpload(JUST_NOW, working.id),
      await addUpload(JUST_NOW),
      await addUpload(null),
    ];
    await sweep();
    expect([await exists(needed), await exists(unused), await exists(kept)]).toEqual([true, false, true]);
  });

  it('goes on after a file that cannot be deleted, and deletes it as an orphan later', async () => {
    const [stuck, other] = [await addOutput(JUST_NOW), await addOutput(JUST_NOW)];
    // A folder in its place cannot be deleted as a file.
    await rm(pathOf(stuck.storageKey));
    await mkdir(join(pathOf(stuck.storageKey), 'x'), { recursive: true });
    await sweep();
    expect(await exists(other.storageKey)).toBe(false);
    expect((await stuck.row()).deletedAt).not.toBeNull();
    // As a crash between the claim and the deletion leaves it.
    await rm(pathOf(stuck.storageKey), { recursive: true });
    await writeFile(pathOf(stuck.storageKey), 'bytes');
    await utimes(pathOf(stuck.storageKey), LONG_AGO, LONG_AGO);
    await sweep();
    expect(await exists(stuck.storageKey)).toBe(false);
  });

  it('deletes old files that no row speaks of, and temporary ones of writers that died', async () => {
    const [kept, orphan, fresh] = [await addOutput(null), await addFile('outputs'), await addFile('outputs')];
    for (const key of [kept.storageKey, orphan]) await utimes(pathOf(key), LONG_AGO, LONG_AGO);
    const dead = join(folder, 'tmp/dead');
    await writeFile(dead, 'half');
    await utimes(dead, new Date(Date.now() - 241_000), new Date(Date.now() - 241_000));
    await sweep();
    expect([await exists(kept.storageKey), await exists(orphan), await exists(fresh)]).toEqual([
      true,
      false,
      true,
    ]);
    expect(await readdir(join(folder, 'tmp'))).toEqual([]);
  });

  it('claims nothing while the storage is away', async () => {
    const expired = await addOutput(JUST_NOW);
    await addOutput(null);
    await rm(folder, { recursive: true });
    await mkdir(folder);
    await sweep();
    expect((await expired.row()).deletedAt).toBeNull();
  });
});
