import { mkdir, mkdtemp, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDiskStore, readAll } from '../../src/storage/disk.ts';
import type { ObjectStore } from '../../src/storage/object-store.ts';

const KEY = 'outputs/2026-11/one/0';
const AWAY = { name: 'StorageError', code: 'storage_unavailable' };

let folder = '';
let root = '';
/** What the database would say: whether it knows of no file. */
let isNew = true;
let store: ObjectStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'veogate-disk-'));
  root = join(folder, 'storage');
  isNew = true;
  store = openDiskStore(pathToFileURL(root).href, { isNew: async () => isNew });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const put = (key = KEY, text = 'a video') => store.put(key, Readable.from([text]), async () => {});
async function textOf(key = KEY): Promise<string | null> {
  const object = await store.read(key);
  return object && (await readAll(object.body)).toString();
}

/** As a disk that is not mounted: its folder is there, and empty. */
async function unmount(): Promise<void> {
  await rename(root, join(folder, 'unplugged'));
  await mkdir(root);
}
async function mount(): Promise<void> {
  await rm(root, { recursive: true });
  await rename(join(folder, 'unplugged'), root);
}

describe('the mark of the storage', () => {
  it('is made where no file is known yet, also where the folder is missing', async () => {
    expect(await store.isThere()).toBe(true);
    expect(await readdir(root)).toEqual(['.veogate']);
    await put();
    expect(await textOf()).toBe('a video');
    expect(await textOf('outputs/2026-11/two/0')).toBeNull();
  });

  it('tells a storage that is away from an empty one, and notices at once that it is back', async () => {
    await put();
    isNew = false;
    await unmount();
    expect(await store.isThere()).toBe(false);
    await expect(put()).rejects.toMatchObject(AWAY);
    await expect(store.read(KEY)).rejects.toMatchObject(AWAY);
    await expect(store.delete(KEY)).rejects.toMatchObject(AWAY);
    expect(await readdir(root)).toEqual([]);
    await mount();
    expect(await textOf()).toBe('a video');
    await store.delete(KEY);
    expect(await textOf()).toBeNull();
    // What is not there needs no deleting.
    await store.delete(KEY);
  });

  it('keeps what went away in the middle of a write from appearing elsewhere', async () => {
    await put();
    isNew = false;
    const writing = store.put('outputs/2026-11/two/0', Readable.from(['another']), unmount);
    await expect(writing).rejects.toMatchObject(AWAY);
    expect(await readdir(root)).toEqual([]);
  });

  it('is given to a storage that is older than marks, but not to folders without a file', async () => {
    isNew = false;
    const path = join(root, 'objects', KEY);
    await mkdir(dirname(path), { recursive: true });
    await expect(store.read(KEY)).rejects.toMatchObject(AWAY);
    await writeFile(path, 'an old video');
    expect(await store.isThere()).toBe(true);
    expect(await textOf()).toBe('an old video');
    expect(await readdir(root)).toContain('.veogate');
  });
});

it('names what the file system refuses, and leaves what the body says as it is', async () => {
  await put();
  // A file in the place of a folder.
  await rm(join(root, 'tmp'), { recursive: true });
  await writeFile(join(root, 'tmp'), '');
  await expect(put()).rejects.toThrow('EEXIST');
  await rm(join(root, 'tmp'));
  const broken = new Readable({ read: () => void broken.destroy(new Error('cut')) });
  await expect(store.put(KEY, broken, async () => {})).rejects.toThrow(/^cut$/);
  expect(await textOf()).toBe('a video');
});

it('sweeps the temporary files that nobody writes to any more', async () => {
  await put();
  const [dead, alive] = [join(root, 'tmp/dead'), join(root, 'tmp/alive')];
  await Promise.all([dead, alive].map((path) => writeFile(path, 'half a vid')));
  const longAgo = new Date(Date.now() - 300_000);
  await utimes(dead, longAgo, longAgo);
  expect(await store.sweepTemporary(240_000)).toBe(1);
  expect(await readdir(join(root, 'tmp'))).toEqual(['alive']);
});
