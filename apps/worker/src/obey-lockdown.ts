import { append } from '@veogate/shared/db/audit-repo';
import { readModeState } from '@veogate/shared/db/mode-repo';
import { destroyRingKeys } from '@veogate/shared/vault/ring';
import type { Services } from './services.ts';

type Needs = Pick<Services, 'db' | 'opener' | 'log'> & {
  config: Pick<Services['config'], 'VAULT_PRIVATE_KEYS_FILE'>;
};

/**
 * Does what a lockdown asks of whoever can open keys: forgets the opened ones, and destroys the ring keys that were in
 * use, so that a copy of the database, old or new, opens nothing. Does nothing in any other mode.
 */
export function createObeyLockdown({ db, opener, config, log }: Needs) {
  let wasKept = false;

  return async (): Promise<void> => {
    const { mode, lostRings } = await readModeState(db);
    if (mode !== 'lockdown') return;
    opener.forgetAll();
    try {
      const destroyed = await destroyRingKeys(config.VAULT_PRIVATE_KEYS_FILE, lostRings);
      if (destroyed.length === 0) return;
      log.warn({ count: destroyed.length }, 'lockdown: ring keys were destroyed');
      await append(db, { action: 'ring.destroyed', subject: 'ring', detail: { keys: destroyed.length } });
    } catch (error) {
      log.error({ err: error }, 'lockdown: the ring could not be destroyed; delete its file by hand');
      // Said once by each process, however often it is tried.
      if (wasKept) return;
      wasKept = true;
      const { code = 'unknown' } = error as NodeJS.ErrnoException;
      await append(db, { action: 'ring.kept', subject: 'ring', outcome: 'denied', detail: { code } });
    }
  };
}
