import { randomUUID } from 'node:crypto';
import { DELIVERIES_KEPT_DAYS, TEST_EVENT } from '../domain/webhooks.ts';
import type { Database, Transaction } from './client.ts';
import type { WebhookDelivery } from './generated/client.ts';

/** Messages that one sweep picks up at the most. */
const SWEPT_AT_ONCE = 1_000;

/** A message for which a job is wanted. */
export interface DueDelivery {
  id: string;
  nextAttemptAt: Date;
}

const due = { id: true, nextAttemptAt: true } as const;

/** What these generations' webhooks have not been told yet, and nobody is at. */
export function findUntold(db: Database, generationIds: readonly string[]): Promise<DueDelivery[]> {
  return db.webhookDelivery.findMany({
    where: { generationId: { in: [...generationIds] }, state: 'pending', attempts: 0, claimedUntil: null },
    select: due,
  });
}

/** Messages that should have been sent `staleMs` ago: their job is lost. */
export function findOverdue(db: Database, staleMs: number): Promise<DueDelivery[]> {
  const now = Date.now();
  return db.webhookDelivery.findMany({
    where: {
      state: 'pending',
      nextAttemptAt: { lt: new Date(now - staleMs) },
      OR: [{ claimedUntil: null }, { claimedUntil: { lt: new Date(now) } }],
      endpoint: { state: 'active' },
    },
    orderBy: { nextAttemptAt: 'asc' },
    take: SWEPT_AT_ONCE,
    select: due,
  });
}

/** The messages of a webhook, newest first; one more than `limit`, so that the caller knows whether there are more. */
export function listDeliveries(
  db: Database,
  endpointId: string,
  page: { limit: number; after?: string | undefined },
): Promise<WebhookDelivery[]> {
  return db.webhookDelivery.findMany({
    where: { endpointId },
    orderBy: [{ occurredAt: 'desc' }, { id: 'desc' }],
    ...(page.after && { cursor: { id: page.after }, skip: 1 }),
    take: page.limit + 1,
  });
}

export function findDelivery(
  db: Transaction,
  endpointId: string,
  id: string,
): Promise<WebhookDelivery | null> {
  return db.webhookDelivery.findFirst({ where: { id, endpointId } });
}

/** A message that tells of nothing, to see whether it arrives. */
export function insertTest(tx: Transaction, endpointId: string): Promise<WebhookDelivery> {
  return tx.webhookDelivery.create({ data: { id: randomUUID(), endpointId, type: TEST_EVENT } });
}

/**
 * Has a message sent once more from the beginning of its attempts: the same message, under the same id.
 *
 * @returns whether it was; false while a worker is at it
 */
export async function replayDelivery(tx: Transaction, id: string): Promise<boolean> {
  const now = new Date();
  const { count } = await tx.webhookDelivery.updateMany({
    where: { id, OR: [{ claimedUntil: null }, { claimedUntil: { lt: now } }] },
    data: { state: 'pending', attempts: 0, nextAttemptAt: now, claimedUntil: null, deliveredAt: null },
  });
  return count === 1;
}

/** Forgets messages whose time is over. */
export async function forgetOldDeliveries(db: Database): Promise<void> {
  const before = new Date(Date.now() - DELIVERIES_KEPT_DAYS * 86_400_000);
  await db.webhookDelivery.deleteMany({ where: { occurredAt: { lt: before } } });
}
