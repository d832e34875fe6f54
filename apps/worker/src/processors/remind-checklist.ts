import { readChecklist } from '@veogate/shared/db/checklist-repo';
import { hasNoticeSince, insertNotices } from '@veogate/shared/db/notice-repo';
import { describeItem } from '@veogate/shared/domain/checklist';
import { hintNotices } from '@veogate/shared/jobs/hint-notices';
import { toAlertTargets, writeReminder } from '@veogate/shared/notices/write-alert';
import type { Services } from '../services.ts';

const ONCE_IN_MS = 24 * 3_600_000;

/** Tells whoever is set to be told what of the monitoring checklist is overdue: all of it in one message, once a day. */
export function createRemindChecklist({ db, config, queues }: Services) {
  const targets = toAlertTargets(config);

  return async (): Promise<undefined> => {
    const standings = await readChecklist(db, config.ACCESS_PROFILE);
    const overdue = standings.filter(({ state }) => state === 'overdue').map(({ id }) => describeItem(id));
    if (overdue.length === 0) return;
    const ids = await db.$transaction(async (tx) => {
      // Two workers that come by at once send one.
      await tx.$executeRaw`select pg_advisory_xact_lock(hashtext('veogate checklist'))`;
      if (await hasNoticeSince(tx, 'checklist', new Date(Date.now() - ONCE_IN_MS))) return [];
      return insertNotices(tx, writeReminder(overdue, targets));
    });
    await hintNotices(queues, ids);
  };
}
