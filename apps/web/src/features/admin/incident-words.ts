import type { Incident } from '../../api/types.ts';
import { watchingText } from '../../strings/en/watching.ts';
import type { Tone } from '../../ui/state-badge.tsx';

const { incidents: t } = watchingText;

export const severityTones: Readonly<Record<Incident['severity'], Tone>> = {
  warning: 'attention',
  serious: 'attention',
  critical: 'failed',
};
export const stateTones: Readonly<Record<Incident['state'], Tone>> = {
  open: 'failed',
  acknowledged: 'working',
  resolved: 'done',
};

/** What an incident is about, as people call it. */
export function subjectOf({ subject }: Pick<Incident, 'subject'>): string {
  if (subject.type === 'service') return t.service;
  return subject.name ?? `${subject.id ?? ''} (${watchingText.gone})`;
}
