import { rollUpUsage } from '@veogate/shared/db/usage-repo';
import type { Services } from '../services.ts';

/** Counts anew every hour of which a generation changed. */
export function createRollUpUsage({ db, log }: Pick<Services, 'db' | 'log'>) {
  return async (): Promise<undefined> => {
    const hours = await rollUpUsage(db);
    log.debug({ hours }, 'usage counted');
  };
}
