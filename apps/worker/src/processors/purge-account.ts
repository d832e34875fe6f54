import { cancelLeftovers, isPurgeable } from '@veogate/shared/db/leaving-repo';
import { eraseAccount, nextGenerations, nextUploads, type PurgeBatch } from '@veogate/shared/db/purge-repo';
import type { Services } from '../services.ts';

type Needs = Pick<Services, 'db' | 'store' | 'events' | 'log'>;

/**
 * Erases an account whose owner deleted it: files, then the rows that name them, then the account. It may be killed
 * anywhere and run any number of times; while a provider still works for the account it does nothing, and the sweep
 * comes back.
 */
export function createPurgeAccount({ db, store, events, log }: Needs) {
  async function purgeAll(next: () => Promise<PurgeBatch | null>): Promise<void> {
    for (let batch = await next(); batch; batch = await next()) {
      for (const key of batch.storageKeys) await store.delete(key);
      await batch.forget();
    }
  }

  return async ({ userId }: { userId: string }): Promise<undefined> => {
    events.changed(...(await cancelLeftovers(db, userId)));
    if (!(await isPurgeable(db, userId))) return;
    await purgeAll(() => nextGenerations(db, userId));
    await purgeAll(() => nextUploads(db, userId));
    if (!(await isPurgeable(db, userId))) return;
    const { members, moved } = await db.$transaction((tx) => eraseAccount(tx, userId));
    events.accountChanged(...members);
    events.changed(...moved);
    log.info({ members: members.length, moved: moved.length }, 'an account was erased');
  };
}
