import { type DisabledReason, OLD_SECRET_HOURS, type WebhookEvent } from '../domain/webhooks.ts';
import type { Transaction } from './client.ts';
import type { WebhookEndpoint } from './generated/client.ts';

/** A secret as it is kept. */
export interface SealedSecret {
  sealed: Uint8Array<ArrayBuffer>;
  ringId: string;
}

export interface NewWebhook extends SealedSecret {
  id: string;
  userId: string;
  url: string;
  label: string;
  events: readonly WebhookEvent[];
}

export function insertWebhook(tx: Transaction, webhook: NewWebhook): Promise<WebhookEndpoint> {
  return tx.webhookEndpoint.create({ data: { ...webhook, events: [...webhook.events] } });
}

/** A person's webhooks, newest first. */
export function listWebhooks(db: Transaction, userId: string): Promise<WebhookEndpoint[]> {
  return db.webhookEndpoint.findMany({ where: { userId }, orderBy: { id: 'desc' } });
}

/** How many webhooks a person has, in a transaction that keeps others from adding one meanwhile. */
export async function countWebhooks(tx: Transaction, userId: string): Promise<number> {
  await tx.$executeRaw`select 1 from users where id = ${userId}::uuid for no key update`;
  return tx.webhookEndpoint.count({ where: { userId } });
}

/** A webhook of this user; null where there is none. */
export function findWebhook(db: Transaction, userId: string, id: string): Promise<WebhookEndpoint | null> {
  return db.webhookEndpoint.findFirst({ where: { id, userId } });
}

/** The same, in a transaction that keeps others from changing it meanwhile. */
export async function lockWebhook(
  tx: Transaction,
  userId: string,
  id: string,
): Promise<WebhookEndpoint | null> {
  await tx.$executeRaw`select 1 from webhook_endpoints where id = ${id}::uuid for no key update`;
  return findWebhook(tx, userId, id);
}

export interface WebhookChange {
  url?: string;
  label?: string;
  events?: WebhookEvent[];
  /** Switches it on, or off for its owner. */
  state?: 'active' | 'disabled';
}

export function updateWebhook(tx: Transaction, id: string, change: WebhookChange): Promise<WebhookEndpoint> {
  const { state } = change;
  const switched = state && {
    disabledReason: state === 'disabled' ? ('owner' satisfies DisabledReason) : null,
    failingSince: null,
  };
  return tx.webhookEndpoint.update({ where: { id }, data: { ...change, ...switched } });
}

/** Puts a new secret in the place of the one before, which goes on signing for a day. */
export function replaceSecret(
  tx: Transaction,
  webhook: WebhookEndpoint,
  { sealed, ringId }: SealedSecret,
): Promise<WebhookEndpoint> {
  return tx.webhookEndpoint.update({
    where: { id: webhook.id },
    data: {
      sealed,
      ringId,
      secretVersion: webhook.secretVersion + 1,
      // A lockdown leaves none that could sign.
      ...(webhook.sealed.length > 0 && {
        previousSealed: new Uint8Array(webhook.sealed),
        previousRingId: webhook.ringId,
        previousUntil: new Date(Date.now() + OLD_SECRET_HOURS * 3_600_000),
      }),
    },
  });
}

/** Deletes a webhook with its messages; false where there was none. */
export async function deleteWebhook(tx: Transaction, userId: string, id: string): Promise<boolean> {
  const { count } = await tx.webhookEndpoint.deleteMany({ where: { id, userId } });
  return count === 1;
}
