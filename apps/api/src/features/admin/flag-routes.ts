import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import {
  FlagParams,
  FlagRule,
  FlagRules,
  Replay,
  ReplayFlag,
  SetFlag,
  TestAlert,
} from '@veogate/shared/contracts/incidents';
import { append } from '@veogate/shared/db/audit-repo';
import {
  type FlagStanding,
  findFlagStanding,
  listFlagStandings,
  setFlag,
} from '@veogate/shared/db/flag-setting-repo';
import { insertNotices } from '@veogate/shared/db/notice-repo';
import { type PastFinding, replayFlags } from '@veogate/shared/db/red-flag-repo';
import type { FieldIssue } from '@veogate/shared/domain/check-request';
import { AppError, invalidField } from '@veogate/shared/domain/errors';
import { describeRule, type FlagRuleId, thresholdsOf } from '@veogate/shared/domain/red-flags';
import { hintNotices } from '@veogate/shared/jobs/hint-notices';
import { toAlertTargets, writeTestAlert } from '@veogate/shared/notices/write-alert';
import { admin, auditor } from '../../access.ts';
import type { Services } from '../../services.ts';

/** Between two looks of a replay; no rule looks back on less. Minutes. */
const STEP_MINUTES = 5;
/** A finding that was not there for so long is another one. Milliseconds. */
const GAP_MS = 60 * 60_000;

type Needs = Pick<Services, 'db' | 'queues' | 'config'>;

/** `/v1/admin/flags`: the rules of the red flags, and who is told. */
export function flagRoutes({ db, queues, config }: Needs): FastifyPluginAsyncTypebox {
  const targets = toAlertTargets(config);

  return async (app) => {
    const tags = ['admin'];
    app.get(
      '/v1/admin/flags',
      {
        schema: { tags, summary: 'The rules of the red flags', response: { 200: FlagRules } },
        config: { access: auditor },
      },
      async () => ({
        data: (await listFlagStandings(db)).map(present),
        alerts: { emails: targets.emails ? config.ALERT_EMAILS.length : 0, webhook: targets.webhook },
      }),
    );

    app.patch(
      '/v1/admin/flags/:rule',
      {
        schema: {
          tags,
          summary: 'Switch a rule on or off, set its thresholds, or what is done by itself',
          params: FlagParams,
          body: SetFlag,
          response: { 200: FlagRule },
        },
        config: { access: admin },
      },
      async ({ caller, params: { rule }, body, ip }) => {
        const { thresholds, action } = body;
        checkThresholds(rule, thresholds ?? {});
        const { actions } = describeRule(rule);
        if (action && action !== 'none' && !actions.includes(action))
          throw invalidField('action', 'This rule cannot do that.', ['none', ...actions]);
        await db.$transaction(async (tx) => {
          await setFlag(tx, rule, body);
          const detail = {
            ...thresholds,
            ...(action && { action }),
            ...('enabled' in body && { enabled: body.enabled }),
          };
          await append(tx, {
            ...{ action: 'flag.changed', actorId: caller.userId, subject: 'flag', subjectId: rule },
            detail,
            address: ip,
          });
        });
        return present(await findFlagStanding(db, rule));
      },
    );

    app.post(
      '/v1/admin/flags/:rule/replay',
      {
        schema: {
          tags,
          summary: 'What a rule would have found in the last days, with these thresholds',
          params: FlagParams,
          body: ReplayFlag,
          response: { 200: Replay },
        },
        config: { access: auditor },
      },
      async ({ params: { rule }, body: { days, thresholds = {} } }) => {
        checkThresholds(rule, thresholds);
        const standing = await findFlagStanding(db, rule);
        const numbers = thresholdsOf(rule, { ...standing.thresholds, ...thresholds });
        const findings = await replayFlags(db, rule, numbers, { days, stepMinutes: STEP_MINUTES });
        return { looks: (days * 24 * 60) / STEP_MINUTES + 1, data: toIncidents(findings) };
      },
    );

    app.post(
      '/v1/admin/alerts/test',
      {
        schema: { tags, summary: 'Send a test alert', response: { 200: TestAlert } },
        config: { access: admin },
      },
      async ({ caller, ip }) => {
        const notices = writeTestAlert(targets);
        if (notices.length === 0)
          throw new AppError(
            'wrong_state',
            'Nobody is set to be told: ALERT_EMAILS with SMTP_URL, or ALERT_WEBHOOK_URL.',
          );
        const ids = await db.$transaction(async (tx) => {
          await append(tx, { action: 'alert.tested', actorId: caller.userId, address: ip });
          return insertNotices(tx, notices);
        });
        await hintNotices(queues, ids);
        return { sent: ids.length };
      },
    );
  };
}

function present({ rule, enabled, thresholds, action }: FlagStanding): FlagRule {
  const { title, about, subject, severity, actions, ...rest } = describeRule(rule);
  return {
    id: rule,
    title,
    about,
    subject,
    severity,
    enabled,
    action,
    actions: ['none', ...actions],
    thresholds: Object.entries(rest.thresholds).map(([name, threshold]) => ({
      name,
      ...threshold,
      value: thresholds[name] ?? threshold.usual,
    })),
  };
}

function checkThresholds(rule: FlagRuleId, given: Readonly<Record<string, number | null>>): void {
  const { thresholds } = describeRule(rule);
  const issues = Object.entries(given).flatMap(([name, value]): FieldIssue[] => {
    const field = `thresholds.${name}`;
    const threshold = thresholds[name];
    if (!threshold)
      return [{ field, message: `${field} is not known here.`, allowed: Object.keys(thresholds) }];
    const { least, most } = threshold;
    if (value === null || (value >= least && value <= most)) return [];
    return [{ field, message: `${field} must be from ${least} to ${most}.` }];
  });
  if (issues.length > 0) throw new AppError('invalid_request', '', { issues });
}

/** Looks that found the same one after the other are one, as they would have been raised. */
function toIncidents(findings: readonly PastFinding[]): Replay['data'] {
  const found: (Omit<Replay['data'][number], 'first_at' | 'last_at'> & { first: Date; last: Date })[] = [];
  for (const { at, subjectId, measured } of findings) {
    const subject = subjectId || null;
    const open = found.findLast((each) => each.subject === subject);
    if (open && at.getTime() - open.last.getTime() <= GAP_MS) {
      open.last = at;
      open.times += 1;
      open.most = Math.max(open.most, measured);
    } else found.push({ subject, first: at, last: at, times: 1, most: measured });
  }
  return found.reverse().map(({ first, last, ...rest }) => ({
    ...rest,
    first_at: first.toISOString(),
    last_at: last.toISOString(),
  }));
}
