import type { Transaction } from '@veogate/shared/db/client';
import { type FlagStanding, listFlagStandings } from '@veogate/shared/db/flag-setting-repo';
import { addEvent, findIncident, raiseFlag } from '@veogate/shared/db/incident-repo';
import { changeMode, readMode } from '@veogate/shared/db/mode-repo';
import { countAlerts, insertNotices } from '@veogate/shared/db/notice-repo';
import { findFlags } from '@veogate/shared/db/red-flag-repo';
import { suspendUser } from '@veogate/shared/db/user-admin-repo';
import { blockNetwork } from '@veogate/shared/db/violation-repo';
import {
  ALERTS_PER_HOUR,
  type FlagAction,
  type FlagFinding,
  type FlagRuleId,
} from '@veogate/shared/domain/red-flags';
import { hintNotices } from '@veogate/shared/jobs/hint-notices';
import { toAlertTargets, writeAlert } from '@veogate/shared/notices/write-alert';
import type { Services } from '../services.ts';

/** For how long a network is turned away by itself; an administrator lets it in before that. Milliseconds. */
const BLOCKED_MS = 60 * 60_000;

/** What is to be told once it is committed. */
interface Consequences {
  noticeIds: string[];
  suspended?: string;
  isPaused?: boolean;
}

/**
 * Lets every rule look at this moment. What one finds is kept as an incident, told to whoever is set to be told, and
 * acted upon where an administrator said so; each finding in a transaction of its own.
 */
export function createCheckFlags({ db, config, events, queues, log }: Services) {
  const targets = toAlertTargets(config);

  return async (): Promise<undefined> => {
    for (const standing of await listFlagStandings(db)) {
      if (!standing.enabled) continue;
      // One rule that fails must not keep the others from looking.
      await check(standing).catch((error: unknown) =>
        log.error({ err: error, rule: standing.rule }, 'a red flag could not be checked'),
      );
    }
    log.debug('red flags checked');
  };

  async function check({ rule, thresholds, action }: FlagStanding): Promise<void> {
    for (const finding of await findFlags(db, rule, thresholds)) {
      const done = await db.$transaction((tx) => deal(tx, rule, finding, action));
      if (done.suspended) events.accountChanged(done.suspended);
      if (done.isPaused) events.serviceChanged('paused');
      await hintNotices(queues, done.noticeIds);
    }
  }

  async function deal(
    tx: Transaction,
    rule: FlagRuleId,
    finding: FlagFinding,
    action: FlagAction,
  ): Promise<Consequences> {
    // Two workers that find the same wait for each other.
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtext('veogate red flags'))`;
    const { incident, news } = await raiseFlag(tx, rule, finding);
    if (news === null) return { noticeIds: [] };
    log.warn({ rule, incidentId: incident.id, news, ...finding.evidence }, 'red flag');
    const acted = news === 'opened' ? await act(tx, finding.subjectId, action) : null;
    if (acted) await addEvent(tx, incident.id, { kind: 'acted', text: acted.text });
    if ((await countAlerts(tx)) >= ALERTS_PER_HOUR * 2) return { noticeIds: [], ...acted?.done };
    const { subjectName = null } = (await findIncident(tx, incident.id)) ?? {};
    const alert = {
      incidentId: incident.id,
      rule,
      subjectName,
      evidence: finding.evidence,
      isWorse: news === 'worse',
      done: acted?.text ?? null,
    };
    return { noticeIds: await insertNotices(tx, writeAlert(alert, targets)), ...acted?.done };
  }

  /** Does what the policy of the rule says. Null where there was nothing to do. */
  async function act(
    tx: Transaction,
    subjectId: string,
    action: FlagAction,
  ): Promise<{ text: string; done: Omit<Consequences, 'noticeIds'> } | null> {
    const reason = 'A red flag was raised. An administrator looks into it.';
    switch (action) {
      case 'none':
        return null;
      case 'suspend_user': {
        const refusal = await suspendUser(tx, subjectId, { until: null, reason, by: null });
        if (refusal) return { text: `The account was not suspended (${refusal}).`, done: {} };
        return { text: 'The account was suspended by itself.', done: { suspended: subjectId } };
      }
      case 'block_network': {
        const until = new Date(Date.now() + BLOCKED_MS);
        await blockNetwork(tx, { network: subjectId, until, reason }, subjectId.split('/')[0] ?? subjectId);
        return { text: 'The network is turned away for an hour.', done: {} };
      }
      case 'pause_service': {
        if ((await readMode(tx)) !== 'open') return null;
        await changeMode(tx, { mode: 'paused', reason, by: null });
        return { text: 'The service was paused by itself.', done: { isPaused: true } };
      }
    }
  }
}
