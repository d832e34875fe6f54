import { retireOldMonths, sealAudit } from '@veogate/shared/db/audit-chain-repo';
import { createErasureJournal } from '../erasure-journal.ts';
import type { Services } from '../services.ts';

type Needs = Pick<Services, 'db' | 'auditSeal' | 'log'> & {
  config: Pick<Services['config'], 'AUDIT_MONTHS' | 'DATA_DIR'>;
};

/** Seals what was written to the audit log, and lets months go that are old enough. */
export function createSealAudit({ db, auditSeal, config, log }: Needs) {
  const keepErasures = createErasureJournal({ db, config });

  return async (): Promise<undefined> => {
    await keepErasures().catch((error: unknown) =>
      log.error({ err: error }, 'what was erased could not be written beside the database'),
    );
    while ((await sealAudit(db, auditSeal)) > 0);
    for (const month of await retireOldMonths(db, config.AUDIT_MONTHS))
      log.info({ month }, 'a month of the audit log was let go');
  };
}
