import type { Database } from '../db/client.ts';
import { type DueDelivery, findUntold } from '../db/webhook-delivery-repo.ts';
import type { Queues } from '../jobs/queues.ts';

/** Has a message sent. Where the queue is away, the sweep finds it. */
export async function hintDelivery(queues: Queues, { id, nextAttemptAt }: DueDelivery): Promise<void> {
  await queues.hint('deliver-webhook', { deliveryId: id }, { jobId: `${id}-${nextAttemptAt.getTime()}` });
}

/** After a change of generations: has what was written down for webhooks sent. Never throws. */
export function createAnnouncer(needs: { db: Database; queues: Queues }) {
  return async (generationIds: readonly string[]): Promise<void> => {
    // Where the database is away, the sweep comes by once it is back.
    const untold = await findUntold(needs.db, generationIds).catch(() => []);
    for (const delivery of untold) await hintDelivery(needs.queues, delivery);
  };
}
