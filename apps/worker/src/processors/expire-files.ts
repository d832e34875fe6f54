import { findExpiredOutputs, findExpiredUploads, findOrphans } from '@veogate/shared/db/file-repo';
import type { Services } from '../services.ts';

/** A file without a row may still be about to get one. Milliseconds. */
const ORPHAN_AFTER_MS = 24 * 3_600_000;
/** A download that is still written to is younger than this. Milliseconds. */
const TEMPORARY_AFTER_MS = 3_600_000;

/** Deletes the files whose time is over, abandoned temporary files, and files that belong to nothing. */
export function createExpireFiles({ db, store, log }: Services) {
  return async (): Promise<undefined> => {
    for (const file of [...(await findExpiredOutputs(db)), ...(await findExpiredUploads(db))]) {
      await store.delete(file.storageKey);
      await file.forget();
    }
    await store.sweepTemporary(TEMPORARY_AFTER_MS);
    for await (const keys of store.listOlder(ORPHAN_AFTER_MS)) {
      const orphans = await findOrphans(db, keys);
      for (const key of orphans) await store.delete(key);
      if (orphans.length > 0) log.info({ count: orphans.length }, 'orphaned files deleted');
    }
  };
}
