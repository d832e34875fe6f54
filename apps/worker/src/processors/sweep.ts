import { forgetOldKeys } from '@veogate/shared/db/idempotency-repo';
import { findPurgeable } from '@veogate/shared/db/leaving-repo';
import { findDueNotices, forgetOldNotices } from '@veogate/shared/db/notice-repo';
import { bumpWatch } from '@veogate/shared/db/operation-repo';
import {
  cancelOrphans,
  endLostLeases,
  eraseRetiredKeys,
  findLongUnknown,
  findUncheckedKeys,
  retireSessionKeys,
  takeStale,
  takeUnwatched,
  tidy,
} from '@veogate/shared/db/sweep-repo';
import { expire } from '@veogate/shared/db/watch-repo';
import { findOverdue, forgetOldDeliveries } from '@veogate/shared/db/webhook-delivery-repo';
import { hintNotices } from '@veogate/shared/jobs/hint-notices';
import { hintDelivery } from '@veogate/shared/webhooks/announce';
import { handOver } from '../hand-over.ts';
import { replayJournal } from '../keep-operations.ts';
import { createObeyLockdown } from '../obey-lockdown.ts';
import { paceOf } from '../pace-of.ts';
import type { Services } from '../services.ts';
import { createAdmit } from './admit.ts';

/**
 * Makes whole what crashes and lost queues leave behind. Everything it needs is in Postgres, so the queue may be wiped
 * at any moment.
 */
export function createSweep(services: Services) {
  const { db, config, events, opener, log, queues } = services;
  const staleMs = config.STALE_AFTER_MS;
  const admit = createAdmit(services);

  const steps: Record<string, () => Promise<void>> = {
    journal: async () => void (await replayJournal(services)),
    leases: async () => {
      const lost = await endLostLeases(db, config.SUBMIT_TIMEOUT_MS);
      events.changed(...lost.map(({ id }) => id));
      for (const { keyId, provider } of lost) {
        await handOver.watch(services, await bumpWatch(db, keyId, paceOf(services, provider)));
      }
    },
    admitted: async () => {
      for (const work of await takeStale(db, 'admitted', staleMs))
        await handOver.submit(services, work, Date.now());
    },
    storing: async () => {
      for (const work of await takeStale(db, 'storing', staleMs))
        await handOver.store(services, work, Date.now());
    },
    watches: async () => {
      for (const watch of await takeUnwatched(db, staleMs)) await handOver.watch(services, watch);
    },
    unknown: async () => {
      for (const id of await findLongUnknown(db)) {
        if (await expire(db, id, 'deadline_passed')) events.changed(id);
      }
    },
    keys: async () => {
      const retired = await retireSessionKeys(db);
      events.changed(...retired.canceled);
      events.keyChanged(...retired.keys);
      events.changed(...(await cancelOrphans(db)));
      for (const id of await eraseRetiredKeys(db)) opener.forget(id);
      for (const id of await findUncheckedKeys(db, staleMs)) await handOver.checkKey(services, id);
    },
    leaving: async () => {
      for (const userId of await findPurgeable(db)) await handOver.purgeAccount(services, userId);
    },
    webhooks: async () => {
      for (const delivery of await findOverdue(db, staleMs)) await hintDelivery(queues, delivery);
      await forgetOldDeliveries(db);
    },
    notices: async () => {
      await hintNotices(queues, await findDueNotices(db));
      await forgetOldNotices(db);
    },
    lockdown: createObeyLockdown(services),
    // Not by a job: one that a killed worker left behind would hold the next back until its lock runs out.
    admission: async () => void (await admit()),
    tidy: async () => {
      await forgetOldKeys(db);
      await tidy(db);
    },
  };

  return async (): Promise<undefined> => {
    for (const [step, run] of Object.entries(steps)) {
      // One step that fails must not keep the others from their work.
      await run().catch((error: unknown) => log.warn({ err: error, step }, 'a step of the sweep failed'));
    }
  };
}
