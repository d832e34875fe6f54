import type { AccessProfile } from './profiles.ts';

/** How often something is looked at. Hours. */
export const cadences = { daily: 24, weekly: 7 * 24, monthly: 30 * 24, once: null } as const;
export type Cadence = keyof typeof cadences;
/** So long after it is due, it is overdue, and somebody is reminded. Hours. */
const GRACE: Readonly<Record<Cadence, number>> = { daily: 12, weekly: 48, monthly: 7 * 24, once: 7 * 24 };

export interface ChecklistItem {
  cadence: Cadence;
  title: string;
  /** What to look for, and what to do. */
  about: string;
  /** The view of the administration that holds its evidence. */
  evidence: string;
  /** Whether the service can look for itself. */
  runs?: boolean;
  /** Where it is asked for; everywhere where left out. */
  profiles?: readonly AccessProfile[];
}

/** What keeps a service safe that is left running, for five minutes a day. */
export const checklist = {
  metrics: {
    cadence: 'daily',
    title: 'Look at the numbers',
    about: 'Generations, failures, queue, disk and processes: does anything look other than yesterday?',
    evidence: 'overview',
  },
  incidents: {
    cadence: 'daily',
    title: 'Deal with red flags and error mails',
    about: 'Each open incident is acknowledged, looked into and resolved; alerts that failed are mended.',
    evidence: 'incidents',
  },
  spot_check: {
    cadence: 'daily',
    title: 'Spot-check the generation history',
    about: 'Look at a handful that was drawn by lot: is it what this service is for?',
    evidence: 'spot_check',
  },
  users: {
    cadence: 'weekly',
    title: 'Go through all users',
    about: 'Does everybody still belong here, in the role that they have? Suspend who has left.',
    evidence: 'people',
  },
  quota: {
    cadence: 'weekly',
    title: 'Compare with the providers’ quota',
    about: 'Does what the providers say was spent agree with what was generated here?',
    evidence: 'usage',
  },
  suspicious: {
    cadence: 'weekly',
    title: 'Look for suspicious activity',
    about: 'Who was denied what, from where; sign-ins that failed; accounts with many networks.',
    evidence: 'denials',
  },
  access_logs: {
    cadence: 'monthly',
    title: 'Read the access log',
    about: 'Who signed in, who changed roles, budgets and invitations, and who looked at whose clips.',
    evidence: 'audit',
  },
  dependencies: {
    cadence: 'monthly',
    title: 'Update dependencies',
    about: 'Compares what this version is built of with the advisories of the package registry.',
    evidence: 'dependencies',
    runs: true,
  },
  security: {
    cadence: 'monthly',
    title: 'Review security settings',
    about: 'Runs the safety check: everything that decides how safe this service is.',
    evidence: 'safety',
    runs: true,
  },
  restore: {
    cadence: 'monthly',
    title: 'Try the backup',
    about: 'A backup that was never restored is a hope: restore the last one elsewhere, and play a video.',
    evidence: 'overview',
    profiles: ['password', 'invite', 'public'],
  },
  opening: {
    cadence: 'once',
    title: 'Open the doors',
    about:
      'A new public service begins with few seats. Watch how the first people use it, then say how many there shall be.',
    evidence: 'people',
    profiles: ['public'],
  },
} as const satisfies Record<string, ChecklistItem>;

export type ChecklistItemId = keyof typeof checklist;
export const checklistIds = Object.keys(checklist) as [ChecklistItemId, ...ChecklistItemId[]];

/** An item as its general type, for readers that do not know which. */
export function describeItem(id: ChecklistItemId): ChecklistItem {
  return checklist[id];
}

/** What a profile asks for. */
export function itemsOf(profile: AccessProfile): ChecklistItemId[] {
  return checklistIds.filter((id) => describeItem(id).profiles?.includes(profile) ?? true);
}

export type ItemState = 'done' | 'due' | 'overdue';

/**
 * How an item stands.
 *
 * @param last when it was ticked last; null where it never was
 * @param begin when the service began: what was never done is due from then on
 */
export function standingOf(
  { cadence }: ChecklistItem,
  last: Date | null,
  begin: Date,
  now: Date,
): { state: ItemState; dueAt: Date | null } {
  const hours = cadences[cadence];
  if (hours === null && last) return { state: 'done', dueAt: null };
  const dueAt = last && hours !== null ? new Date(last.getTime() + hours * 3_600_000) : begin;
  if (now < dueAt) return { state: 'done', dueAt };
  const overdueAt = dueAt.getTime() + GRACE[cadence] * 3_600_000;
  return { state: now.getTime() < overdueAt ? 'due' : 'overdue', dueAt };
}

/** Seats of a new public service, until somebody has watched it and says otherwise. */
export const FIRST_SEATS = 10;
