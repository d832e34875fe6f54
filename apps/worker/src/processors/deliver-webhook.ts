import {
  type Attempt,
  claimAttempt,
  fixBody,
  recordAttempt,
  timeUntilDue,
} from '@veogate/shared/db/webhook-attempt-repo';
import { nextWaitMs } from '@veogate/shared/domain/webhooks';
import { type Sent, sendWebhook } from '@veogate/shared/webhooks/send';
import { signMessage, toSealContext } from '@veogate/shared/webhooks/sign';
import { writeBody } from '@veogate/shared/webhooks/write-body';
import type { Again } from '../run-workers.ts';
import type { Services } from '../services.ts';

/** How much longer than an attempt its claim lasts. */
const LEASE_FACTOR = 2;
/** A message that is due by now was taken by somebody else this moment. Milliseconds. */
const SOONEST_MS = 250;

/** Sends a message to a webhook, at least once: whoever is killed between sending and writing it down sends again. */
export function createDeliverWebhook({ db, config, opener, log }: Services) {
  const timeoutMs = config.WEBHOOK_TIMEOUT_MS;

  return async ({ deliveryId }: { deliveryId: string }): Promise<Again | undefined> => {
    const attempt = await claimAttempt(db, deliveryId, LEASE_FACTOR * timeoutMs);
    if (!attempt) return again(await timeUntilDue(db, deliveryId));
    const body = await fixBody(db, attempt, (cost) => writeBody(attempt, cost));
    const { delivered, status, error, retryAfterMs } = await send(attempt, body);
    // An address that is gone stays so.
    const waitMs =
      delivered || status === 410 ? null : nextWaitMs(attempt, config.WEBHOOK_RETRY_BASE_MS, retryAfterMs);
    const counted = await recordAttempt(db, attempt, { delivered, status, error, waitMs });
    log.info({ deliveryId, status, error, attempt: attempt.attempts, counted }, 'webhook sent');
    return counted ? again(waitMs) : undefined;
  };

  async function send({ id, endpoint }: Attempt, body: string): Promise<Sent> {
    const secrets = await openSecrets(endpoint).catch((error: unknown) => {
      log.error({ err: error, webhookId: endpoint.id }, 'the secret of a webhook cannot be opened');
      return null;
    });
    if (!secrets) {
      const error = 'The secret cannot be opened any more: make a new one.';
      return { delivered: false, status: null, error, retryAfterMs: undefined };
    }
    const headers = signMessage({ id, timestamp: new Date(), body }, secrets);
    const { url } = endpoint;
    return sendWebhook({ url, headers, body, allowedHosts: config.WEBHOOK_ALLOWED_HOSTS, timeoutMs });
  }

  /** The secret, and the one before while it still signs. */
  async function openSecrets(endpoint: Attempt['endpoint']): Promise<string[]> {
    const { sealed, ringId, secretVersion, previousSealed, previousRingId, previousUntil } = endpoint;
    const secrets = [await opener.open({ sealed, ringId, ...toSealContext(endpoint, secretVersion) })];
    if (!previousSealed || !previousRingId || !previousUntil || previousUntil < new Date()) return secrets;
    const before = toSealContext(endpoint, secretVersion - 1);
    return [...secrets, await opener.open({ sealed: previousSealed, ringId: previousRingId, ...before })];
  }
}

function again(waitMs: number | null): Again | undefined {
  return waitMs === null ? undefined : { againInMs: Math.max(waitMs, SOONEST_MS) };
}
