import { mkdir, opendir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { storageAway } from './storage-error.ts';

const MARK = '.veogate';

/**
 * Tells the storage from an empty place where it should be. A disk that is not mounted leaves its folder behind; what
 * would be written there is hidden as soon as it comes back, and what is read there seems to be gone. So the storage
 * carries a mark, a file in its root, which is only made where nothing can be missing: files are there, or nobody
 * knows of any.
 *
 * @param isNew whether no file is known that the storage should hold
 * @returns throws a StorageError where the storage is away; costs a `stat` where it is not
 */
export function createMark(root: string, isNew: () => Promise<boolean>): () => Promise<void> {
  const mark = join(root, MARK);
  return async () => {
    if (await stat(mark).then(() => true, ignoreMissing)) return;
    if (await holdsFile(join(root, 'objects'))) {
      // Older than the marks. A read-only one can still be read.
      await writeFile(mark, '', { flag: 'a', mode: 0o660 }).catch(() => {});
      return;
    }
    if (!(await isNew())) throw storageAway();
    await mkdir(root, { recursive: true });
    await writeFile(mark, '', { flag: 'a', mode: 0o660 });
  };
}

function ignoreMissing(error: NodeJS.ErrnoException): false {
  if (error.code === 'ENOENT') return false;
  throw error;
}

/** Folders alone prove nothing: a writer makes some in the moment in which its disk goes away. */
async function holdsFile(folder: string): Promise<boolean> {
  const entries = await opendir(folder).catch(() => null);
  if (!entries) return false;
  for await (const entry of entries) {
    if (entry.isFile() || (entry.isDirectory() && (await holdsFile(join(folder, entry.name))))) return true;
  }
  return false;
}
