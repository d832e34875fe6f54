import { findCheckableKey, recordQuota } from '@veogate/shared/db/key-check-repo';
import type { Services } from '../services.ts';

/**
 * Reads what is left on a key after its work. It decides nothing about the key: whether it is good is found out by
 * `check-key` alone, whose failures are spaced and counted.
 */
export function createReadQuota({ db, providers, opener, events }: Services) {
  return async ({ keyId }: { keyId: string }): Promise<undefined> => {
    const key = await findCheckableKey(db, keyId);
    if (key?.state !== 'active') return;
    const report = await providers
      .get(key.provider)
      .checkKey({ secret: await opener.open({ ...key, keyId }) });
    if (report.state !== 'accepted' || !report.quota) return;
    if (await recordQuota(db, keyId, report.quota)) events.keyChanged(keyId);
  };
}
