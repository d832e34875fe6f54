import { acceptKey, findCheckableKey, refuseKey } from '@veogate/shared/db/key-check-repo';
import { bumpWatch } from '@veogate/shared/db/operation-repo';
import { handOver } from '../hand-over.ts';
import { paceOf } from '../pace-of.ts';
import type { Again } from '../run-workers.ts';
import type { Services } from '../services.ts';

/** Finds out whether a key is good, by the call that costs nothing, and reads its quota. */
export function createCheckKey(services: Services) {
  const { db, config, providers, opener, events, log } = services;

  return async ({ keyId }: { keyId: string }): Promise<Again | undefined> => {
    const key = await findCheckableKey(db, keyId);
    if (!key) return undefined;
    const secret = await opener.open({ ...key, keyId });
    const report = await providers.get(key.provider).checkKey({ secret });
    log.info({ keyId, report: report.state }, 'key checked');
    switch (report.state) {
      case 'accepted': {
        const fingerprint = opener.fingerprint(key.provider, secret);
        const resumed = await acceptKey(db, key, { quota: report.quota, fingerprint });
        events.keyChanged(keyId);
        if (resumed.length > 0) {
          log.info({ keyId, count: resumed.length }, 'work of a key that was erased goes on');
          events.changed(...resumed);
          await handOver.watch(services, await bumpWatch(db, keyId, paceOf(services, key.provider)));
        }
        await handOver.admit(services);
        return undefined;
      }
      case 'refused': {
        const again = await refuseKey(db, key, report.failure);
        events.keyChanged(keyId);
        return again ? { againInMs: config.KEY_CHECK_SPACING_MS } : undefined;
      }
      case 'unclear':
        // Nothing hangs on it for a key that was good; a new one is asked about until there is an answer.
        if (key.state !== 'checking') return undefined;
        return { againInMs: report.retryAfterMs ?? config.KEY_CHECK_SPACING_MS };
    }
  };
}
