import type { Delivery, Webhook } from '@veogate/shared/contracts/webhooks';
import type { WebhookDelivery, WebhookEndpoint } from '@veogate/shared/db/rows';

/** A webhook as the API shows it. Its secret is not among what can be shown. */
export function presentWebhook(row: WebhookEndpoint): Webhook {
  const { previousUntil } = row;
  return {
    id: row.id,
    label: row.label,
    url: row.url,
    // Checked when they were written.
    events: row.events as Webhook['events'],
    state: row.state,
    disabled_reason: row.disabledReason as Webhook['disabled_reason'],
    failing_since: row.failingSince?.toISOString() ?? null,
    old_secret_until: previousUntil && previousUntil > new Date() ? previousUntil.toISOString() : null,
    created_at: row.createdAt.toISOString(),
  };
}

/** A message as the API shows it. */
export function presentDelivery(row: WebhookDelivery): Delivery {
  return {
    id: row.id,
    type: row.type as Delivery['type'],
    generation_id: row.generationId,
    state: row.state,
    attempts: row.attempts,
    next_attempt_at: row.state === 'pending' ? row.nextAttemptAt.toISOString() : null,
    last_status: row.lastStatus,
    last_error: row.lastError,
    occurred_at: row.occurredAt.toISOString(),
    delivered_at: row.deliveredAt?.toISOString() ?? null,
  };
}
