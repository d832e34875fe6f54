import { claimExpiredOutputs, claimExpiredUploads, findOrphans } from '@veogate/shared/db/file-repo';
import type { Services } from '../services.ts';

/** A file without a row may still be about to get one. Milliseconds. */
const ORPHAN_AFTER_MS = 24 * 3_600_000;
/** Looking for orphans means to look at every file. Milliseconds. */
const ORPHANS_EVERY_MS = 3_600_000;

type Needs = Pick<Services, 'db' | 'store' | 'events' | 'log'> & {
  config: Pick<Services['config'], 'STALE_AFTER_MS'>;
};

/** Deletes abandoned temporary files, the files whose time is over, and files that belong to nothing. */
export function createExpireFiles({ db, store, events, log, config }: Needs) {
  // Whoever lives writes once a minute, or the download counts as stalled; then it is checked. Should one that lives be
  // taken for dead, it fetches again.
  const temporaryAfterMs = config.STALE_AFTER_MS * 2;
  let orphansDueAt = 0;

  const steps: Record<string, () => Promise<void>> = {
    // First of all, since it makes room on a full disk.
    temporary: async () => void (await store.sweepTemporary(temporaryAfterMs)),
    outputs: async () => {
      for (;;) {
        const claimed = await claimExpiredOutputs(db);
        if (claimed.length === 0) return;
        events.changed(...new Set(claimed.map(({ generationId }) => generationId)));
        await deleteFiles(claimed.map(({ storageKey }) => storageKey));
      }
    },
    uploads: async () => {
      for (;;) {
        const claimed = await claimExpiredUploads(db);
        if (claimed.length === 0) return;
        await deleteFiles(claimed);
      }
    },
    orphans: async () => {
      if (Date.now() < orphansDueAt) return;
      for await (const keys of store.listOlder(ORPHAN_AFTER_MS)) {
        const orphans = await findOrphans(db, keys);
        await deleteFiles(orphans);
        if (orphans.length > 0) log.info({ count: orphans.length }, 'orphaned files deleted');
      }
      orphansDueAt = Date.now() + ORPHANS_EVERY_MS;
    },
  };

  /** What cannot be deleted now is an orphan, and tried again as one. */
  async function deleteFiles(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      await store
        .delete(key)
        .catch((error: unknown) => log.warn({ err: error }, 'a file stays for the sweep'));
    }
  }

  return async (): Promise<undefined> => {
    if (!(await store.isThere())) {
      log.warn('the storage is not there; nothing of it is swept');
      return;
    }
    for (const [step, run] of Object.entries(steps)) {
      // One step that fails must not keep the others from their work.
      await run().catch((error: unknown) =>
        log.warn({ err: error, step }, 'a step of the sweep of files failed'),
      );
    }
  };
}
