import type { NewNotice } from '../db/notice-repo.ts';
import type { ChecklistItem } from '../domain/checklist.ts';
import { describeRule, type FlagEvidence, type FlagRuleId } from '../domain/red-flags.ts';

/** Who is to be told of trouble, as the settings say. */
export interface AlertTargets {
  emails: boolean;
  webhook: boolean;
  /** What people type; links lead there. */
  publicUrl: string | undefined;
}

export interface Alert {
  incidentId: string;
  rule: FlagRuleId;
  /** What it is about, as people call it; null for the service as a whole. */
  subjectName: string | null;
  evidence: FlagEvidence;
  /** Whether it was told of before, and got much worse. */
  isWorse: boolean;
  /** What was done by itself; null where nothing was. */
  done: string | null;
}

/** An alert for everybody who is set to be told. */
export function writeAlert(alert: Alert, targets: AlertTargets): NewNotice[] {
  const { incidentId, rule, subjectName, evidence, isWorse, done } = alert;
  const { title, about, severity } = describeRule(rule);
  const link = linkTo(targets.publicUrl, incidentId);
  const whose = subjectName === null ? '' : `: ${subjectName}`;
  const subject = `[Veogate] ${isWorse ? 'Worse: ' : ''}${title}${whose}`;
  const text = [
    `${title}${whose}`,
    '',
    ...Object.entries(evidence)
      .filter(([name]) => name !== 'measured')
      .map(([name, value]) => `  ${name.replaceAll('_', ' ')}: ${value}`),
    '',
    about,
    ...(done === null ? [] : ['', done]),
    ...(link === null ? [] : ['', link]),
    '',
  ].join('\n');
  const data = { rule, severity, subject: subjectName, incident_id: incidentId, worse: isWorse, url: link };
  const notice = { kind: 'alert' as const, recipient: null, subject, text, data, incidentId };
  return toTargets(targets).map((channel) => ({ ...notice, channel }));
}

/** A message that tells of nothing, to see whether it arrives. */
export function writeTestAlert(targets: AlertTargets): NewNotice[] {
  const subject = '[Veogate] Test alert';
  const text = 'This is a test. Alerts of this service arrive here.\n';
  const notice = { kind: 'test' as const, recipient: null, subject, text, data: { test: true } };
  return toTargets(targets).map((channel) => ({ ...notice, channel }));
}

/** What of the monitoring checklist is overdue, in one message. */
export function writeReminder(overdue: readonly ChecklistItem[], targets: AlertTargets): NewNotice[] {
  const { publicUrl } = targets;
  const subject = `[Veogate] The checklist is overdue: ${overdue.map(({ title }) => title).join(', ')}`;
  const text = [
    'Nobody has looked at this for too long:',
    '',
    ...overdue.flatMap(({ title, cadence, about }) => [`  ${title} (${cadence})`, `    ${about}`]),
    ...(publicUrl === undefined ? [] : ['', `${publicUrl}/admin?view=checklist`]),
    '',
  ].join('\n');
  const notice = {
    kind: 'checklist' as const,
    recipient: null,
    subject,
    text,
    data: { overdue: overdue.length },
  };
  return toTargets(targets).map((channel) => ({ ...notice, channel }));
}

function toTargets({ emails, webhook }: AlertTargets): NewNotice['channel'][] {
  return [...(emails ? (['email'] as const) : []), ...(webhook ? (['webhook'] as const) : [])];
}

function linkTo(publicUrl: string | undefined, incidentId: string): string | null {
  return publicUrl === undefined ? null : `${publicUrl}/admin?view=incidents&incident=${incidentId}`;
}

/** What of the settings says who is told. */
interface AlertSettings {
  ALERT_EMAILS: readonly string[];
  SMTP_URL?: string;
  ALERT_WEBHOOK_URL?: string;
  PUBLIC_URL?: string;
}

export function toAlertTargets(settings: AlertSettings): AlertTargets {
  return {
    emails: settings.ALERT_EMAILS.length > 0 && settings.SMTP_URL !== undefined,
    webhook: settings.ALERT_WEBHOOK_URL !== undefined,
    publicUrl: settings.PUBLIC_URL,
  };
}
