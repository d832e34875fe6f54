import { Type } from 'typebox';
import { defineJob } from '../define-job.ts';

/** Sends a mail, or an alert to the operator's webhook, and delays itself until the next attempt. */
export const sendNotice = defineJob({
  name: 'send-notice',
  payload: Type.Object({ noticeId: Type.String() }),
  concurrency: 8,
  attempts: 3,
  backoffMs: 1_000,
});
