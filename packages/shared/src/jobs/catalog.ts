import { admit } from './contracts/admit.ts';
import { checkFlags } from './contracts/check-flags.ts';
import { checkKey } from './contracts/check-key.ts';
import { deliverWebhook } from './contracts/deliver-webhook.ts';
import { expireFiles } from './contracts/expire-files.ts';
import { purgeAccount } from './contracts/purge-account.ts';
import { readQuota } from './contracts/read-quota.ts';
import { remindChecklist } from './contracts/remind-checklist.ts';
import { rollUpUsage } from './contracts/roll-up-usage.ts';
import { sealAudit } from './contracts/seal-audit.ts';
import { sendNotice } from './contracts/send-notice.ts';
import { store } from './contracts/store.ts';
import { submit } from './contracts/submit.ts';
import { sweep } from './contracts/sweep.ts';
import { watch } from './contracts/watch.ts';
import type { PayloadOf } from './define-job.ts';

/** Every job there is. The worker must have a processor for each (`satisfies Processors`). */
export const catalog = {
  admit,
  submit,
  watch,
  store,
  'check-key': checkKey,
  'read-quota': readQuota,
  sweep,
  'expire-files': expireFiles,
  'purge-account': purgeAccount,
  'deliver-webhook': deliverWebhook,
  'seal-audit': sealAudit,
  'send-notice': sendNotice,
  'check-flags': checkFlags,
  'roll-up-usage': rollUpUsage,
  'remind-checklist': remindChecklist,
} as const;

export type JobName = keyof typeof catalog;
export type JobPayload<Name extends JobName> = PayloadOf<(typeof catalog)[Name]>;
export const jobNames = Object.keys(catalog) as JobName[];
