import type { Processors } from '../run-workers.ts';
import type { Services } from '../services.ts';
import { createAdmit } from './admit.ts';
import { createCheckFlags } from './check-flags.ts';
import { createCheckKey } from './check-key.ts';
import { createDeliverWebhook } from './deliver-webhook.ts';
import { createExpireFiles } from './expire-files.ts';
import { createPurgeAccount } from './purge-account.ts';
import { createReadQuota } from './read-quota.ts';
import { createRemindChecklist } from './remind-checklist.ts';
import { createRollUpUsage } from './roll-up-usage.ts';
import { createSealAudit } from './seal-audit.ts';
import { createSendNotice } from './send-notice.ts';
import { createStore } from './store.ts';
import { createSubmit } from './submit.ts';
import { createSweep } from './sweep.ts';
import { createWatch } from './watch.ts';

/** One processor for each job of the catalogue. */
export function createProcessors(services: Services) {
  return {
    admit: createAdmit(services),
    submit: createSubmit(services),
    watch: createWatch(services),
    store: createStore(services),
    'check-key': createCheckKey(services),
    'read-quota': createReadQuota(services),
    sweep: createSweep(services),
    'expire-files': createExpireFiles(services),
    'purge-account': createPurgeAccount(services),
    'deliver-webhook': createDeliverWebhook(services),
    'seal-audit': createSealAudit(services),
    'send-notice': createSendNotice(services),
    'check-flags': createCheckFlags(services),
    'roll-up-usage': createRollUpUsage(services),
    'remind-checklist': createRemindChecklist(services),
  } satisfies Processors;
}
