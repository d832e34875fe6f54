import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import type { ObjectStore } from './object-store.ts';
import { toStorageError } from './storage-error.ts';
import { createMark } from './storage-mark.ts';

const UUID_LENGTH = 36;
const KEY = /^[\w-]+(?:[./][\w-]+)*$/;

/**
 * Files in a folder. `url` is `file:///…`.
 *
 * @param options.isNew whether no file is known that should be there; asked only where the folder is not marked as a
 * storage yet, which it then becomes
 */
export function openDiskStore(url: string, { isNew }: { isNew: () => Promise<boolean> }): ObjectStore {
  const root = fileURLToPath(url);
  const temporary = join(root, 'tmp');
  const expectThere = createMark(root, isNew);

  function toPath(key: string): string {
    if (!KEY.test(key)) throw new Error(`"${key}" is not a storage key.`);
    return join(root, 'objects', key);
  }

  /**
   * Removes what writers of an object that were killed left behind. One that is still at work cannot finish after that,
   * which is harmless: the object is there.
   */
  async function removeSiblings(key: string): Promise<void> {
    for (const name of await readdir(temporary).catch(() => []))
      if (isTemporaryOf(key, name)) await rm(join(temporary, name), { force: true }).catch(() => {});
  }

  const store: Pick<ObjectStore, 'put' | 'read' | 'delete'> = {
    async put(key, body, check) {
      const path = toPath(key);
      await expectThere();
      await mkdir(temporary, { recursive: true });
      const partial = join(temporary, toTemporaryName(key));
      try {
        const hash = createHash('sha256');
        const tee = new PassThrough();
        tee.on('data', (chunk: Buffer) => hash.update(chunk));
        // Where the API and the worker run as two users, they meet in a group; the umask says whether it may.
        await pipeline(body, tee, createWriteStream(partial, { mode: 0o660 }));
        const { size: byteSize } = await stat(partial);
        const checked = await check(partial, byteSize);
        await sync(partial);
        // It may have gone meanwhile, and what was written with it.
        await expectThere();
        await mkdir(dirname(path), { recursive: true });
        await rename(partial, path);
        await sync(dirname(path));
        await removeSiblings(key);
        return { byteSize, sha256: hash.digest('hex'), checked };
      } finally {
        // It must not hide what went wrong: a folder that cannot be written cannot be tidied either.
        await rm(partial, { force: true }).catch(() => {});
      }
    },

    async read(key, range) {
      const handle = await open(toPath(key)).catch(async (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
        await expectThere();
        return null;
      });
      if (!handle) return null;
      try {
        const { size: byteSize } = await handle.stat();
        return { body: handle.createReadStream(range), byteSize };
      } catch (error) {
        await handle.close();
        throw error;
      }
    },

    async delete(key) {
      await rm(toPath(key)).catch(async (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
        await expectThere();
      });
    },
  };

  return {
    // Whatever the body or the check throws passes unchanged: it is no error of the file system.
    put: (...call) => store.put(...call).catch(rethrow),
    read: (...call) => store.read(...call).catch(rethrow),
    delete: (...call) => store.delete(...call).catch(rethrow),

    isThere: () =>
      expectThere().then(
        () => true,
        () => false,
      ),

    async *listOlder(olderThanMs) {
      const objects = join(root, 'objects');
      const folders = await readdir(objects, { withFileTypes: true, recursive: true }).catch(() => []);
      for (const folder of [
        objects,
        ...folders.filter((e) => e.isDirectory()).map((e) => join(e.parentPath, e.name)),
      ]) {
        const keys: string[] = [];
        for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
          const path = join(folder, entry.name);
          const info = entry.isFile() ? await stat(path).catch(() => null) : null;
          if (info && Date.now() - info.mtimeMs >= olderThanMs) keys.push(relative(objects, path));
        }
        if (keys.length > 0) yield keys;
      }
    },

    async sweepTemporary(olderThanMs) {
      const names = await readdir(temporary).catch(() => []);
      let removed = 0;
      for (const name of names) {
        const path = join(temporary, name);
        const info = await stat(path).catch(() => null);
        if (!info || Date.now() - info.mtimeMs < olderThanMs) continue;
        await rm(path, { force: true }).then(
          () => {
            removed += 1;
          },
          () => {},
        );
      }
      return removed;
    },
  };
}

function rethrow(error: unknown): never {
  throw toStorageError(error);
}

/** A name of its own for each writer, by which the object that it writes is known. */
function toTemporaryName(key: string): string {
  return `${encodeURIComponent(key)}.${randomUUID()}`;
}

function isTemporaryOf(key: string, name: string): boolean {
  return name.slice(0, -UUID_LENGTH - 1) === encodeURIComponent(key);
}

/** The whole body of an object that is known to be small. */
export async function readAll(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** A rename survives a power cut only once the file and its folder are on the disk. */
async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
