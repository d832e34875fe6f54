import { retireOldMonths, sealAudit } from '@veogate/shared/db/audit-chain-repo';
import type { Services } from '../services.ts';

type Needs = Pick<Services, 'db' | 'auditSeal' | 'log'> & {
  config: Pick<Services['config'], 'AUDIT_MONTHS'>;
};

/** Seals what was written to the audit log, and lets months go that are old enough. */
export function createSealAudit({ db, auditSeal, config, log }: Needs) {
  return async (): Promise<undefined> => {
    while ((await sealAudit(db, auditSeal)) > 0);
    for (const month of await retireOldMonths(db, config.AUDIT_MONTHS))
      log.info({ month }, 'a month of the audit log was let go');
  };
}
