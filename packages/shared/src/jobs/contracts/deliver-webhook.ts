import { Type } from 'typebox';
import { defineJob } from '../define-job.ts';

/** Sends a message to a webhook, and delays itself until the next attempt. */
export const deliverWebhook = defineJob({
  name: 'deliver-webhook',
  payload: Type.Object({ deliveryId: Type.String() }),
  // Each does nothing but wait, and a receiver may take its time.
  concurrency: 64,
  attempts: 3,
  backoffMs: 1_000,
});
