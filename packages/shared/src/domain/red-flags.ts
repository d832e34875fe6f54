/** What a rule looks at: the service as a whole, or one of these. */
export const flagSubjects = ['service', 'user', 'key', 'network', 'provider'] as const;
export type FlagSubject = (typeof flagSubjects)[number];

export const severities = ['warning', 'serious', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** What may be done by itself when a rule finds something. */
export const flagActions = ['none', 'suspend_user', 'block_network', 'pause_service'] as const;
export type FlagAction = (typeof flagActions)[number];

/** A number above which a rule finds something. */
export interface Threshold {
  title: string;
  unit: string;
  usual: number;
  least: number;
  most: number;
}

export interface FlagRule {
  title: string;
  /** What it may mean, and what to do, for whoever is called. */
  about: string;
  subject: FlagSubject;
  severity: Severity;
  thresholds: Readonly<Record<string, Threshold>>;
  /** What may be done by itself, beside nothing. Nothing is done unless an administrator says so. */
  actions: readonly FlagAction[];
}

const count = (title: string, usual: number, most = 1_000_000): Threshold => ({
  ...{ title, unit: '', usual, least: 1, most },
});
const amount = (title: string, unit: string, usual: number, most: number): Threshold => ({
  ...{ title, unit, usual, least: 1, most },
});

/**
 * The rules, by their ids. Each has its SQL in db/red-flag-rules.ts. Thresholds are for a service of some dozens of people;
 * the replay over past days shows what others would have found.
 */
export const flagRules = {
  traffic_surge: {
    title: 'Traffic far above its own baseline',
    about:
      'Many more requests than in the day before. A program gone wild, a link that went round, or an attack: look at who asks (Audit log, by address), and turn away what is none of yours.',
    subject: 'service',
    severity: 'warning',
    thresholds: {
      requests: count('Requests in five minutes, at least', 3_000),
      factor: amount('Times the busiest five minutes of the day before', '×', 4, 1_000),
    },
    actions: ['pause_service'],
  },
  many_networks: {
    title: 'One account from many networks',
    about:
      'An account was used from more networks within an hour than a person travels through. Its session or token may have been shared or stolen: ask the person, sign them out everywhere, suspend the account until they answer.',
    subject: 'user',
    severity: 'serious',
    thresholds: { networks: count('Networks within an hour', 5, 1_000) },
    actions: ['suspend_user'],
  },
  shared_key: {
    title: 'One key on several accounts',
    about:
      'The same provider key was saved by several people. It may be shared on purpose, which a key of the team does better; or somebody has got hold of it.',
    subject: 'key',
    severity: 'serious',
    thresholds: { accounts: { ...count('Accounts', 2, 100), least: 2 } },
    actions: [],
  },
  key_refused: {
    title: 'A key refused after it was active',
    about:
      'The provider no longer takes a key that was good. Its owner may have withdrawn it, or the provider found it in the wrong hands. Its owner has to enter one anew.',
    subject: 'key',
    severity: 'warning',
    thresholds: {},
    actions: [],
  },
  quota_drain: {
    title: 'Quota falling faster than our own use explains',
    about:
      'More was spent on a key at its provider than was generated here. Somebody else uses it, or it leaked: its owner should look into the provider’s history, withdraw the key and make a new one.',
    subject: 'key',
    severity: 'critical',
    thresholds: { credits: amount('Unexplained within a day', 'credits', 5, 100_000) },
    actions: [],
  },
  refused_burst: {
    title: 'A burst of refusals from one network',
    about:
      'Many answers of 401, 403 and 404 to one network: somebody tries passwords, tokens or addresses. Turn the network away if it is none of yours.',
    subject: 'network',
    severity: 'warning',
    thresholds: { refusals: count('Refusals in five minutes', 100) },
    actions: ['block_network'],
  },
  failure_storm: {
    title: 'A storm of failures',
    about:
      'Most of what a provider was asked for failed, expired or has no known outcome. The provider may be down, or a model retired: see its own status, and pause the service if it bills for failures.',
    subject: 'provider',
    severity: 'serious',
    thresholds: {
      failures: count('Failures in fifteen minutes, at least', 5, 10_000),
      share: amount('Of all that ended', '%', 50, 100),
    },
    actions: ['pause_service'],
  },
  filter_storm: {
    title: 'A storm of filtered content',
    about:
      'The provider’s safety filter refused much of what one account asked for. It may close the key for that: look at the prompts, and talk to the person.',
    subject: 'user',
    severity: 'warning',
    thresholds: { filtered: count('Filtered within an hour', 5, 10_000) },
    actions: ['suspend_user'],
  },
  slow_answers: {
    title: 'Slow answers',
    about:
      'One answer of the API in twenty took longer than this. See what the machine is busy with: processor, memory, disk, and Postgres.',
    subject: 'service',
    severity: 'warning',
    thresholds: {
      milliseconds: amount('One in twenty takes (p95)', 'ms', 1_500, 60_000),
      answers: count('Answers in five minutes, at least', 50),
    },
    actions: [],
  },
  queue_age: {
    title: 'The queue stands still',
    about:
      'Somebody with nothing under way waits for their turn. The workers may be down or too few, or their slots taken by what never ends: see the queue, and start another worker.',
    subject: 'service',
    severity: 'serious',
    thresholds: { minutes: amount('Waiting for', 'min', 10, 10_000) },
    actions: [],
  },
  disk_full: {
    title: 'The disk is filling up',
    about:
      'Once it is full, videos that are paid for wait at the provider, and nothing new is uploaded. Make room, add a disk, or keep files for a shorter time (RETENTION_HOURS).',
    subject: 'service',
    severity: 'serious',
    thresholds: { percent: amount('Used', '%', 90, 100) },
    actions: [],
  },
  memory_high: {
    title: 'A process takes much memory',
    about: 'A process may be about to be ended by the machine. What it was doing is taken up by others.',
    subject: 'service',
    severity: 'warning',
    thresholds: { megabytes: amount('Resident', 'MB', 1_500, 1_000_000) },
    actions: [],
  },
  loop_lag: {
    title: 'A process does not keep up',
    about:
      'A process took long to come back to what waits for it, in most of the last minutes. It has too much to do, or too little of a processor.',
    subject: 'service',
    severity: 'warning',
    thresholds: { milliseconds: amount('Behind by', 'ms', 500, 60_000) },
    actions: [],
  },
} as const satisfies Record<string, FlagRule>;

export type FlagRuleId = keyof typeof flagRules;
export const flagRuleIds = Object.keys(flagRules) as [FlagRuleId, ...FlagRuleId[]];

export function isFlagRule(text: string): text is FlagRuleId {
  return Object.hasOwn(flagRules, text);
}

/** A rule as its general type, for readers that do not know which. */
export function describeRule(id: FlagRuleId): FlagRule {
  return flagRules[id];
}

/** The numbers of each rule by name: those that were set, else the usual ones. */
export function thresholdsOf(
  id: FlagRuleId,
  set: Readonly<Record<string, number>> = {},
): Record<string, number> {
  const entries = Object.entries(describeRule(id).thresholds);
  return Object.fromEntries(entries.map(([name, { usual }]) => [name, set[name] ?? usual]));
}

/** What a rule found at one moment. */
export interface FlagFinding {
  subjectId: string;
  /** What was measured, in the unit of the rule's first threshold; 1 for a rule without one. */
  measured: number;
  evidence: FlagEvidence;
}

export type FlagEvidence = Record<string, string | number | boolean | null>;

/** So much worse than when it was told of last, it is told of again. */
export const WORSE_FACTOR = 3;
/** A rule that held again within this time after its incident was resolved never stopped holding. Minutes. */
export const QUIET_MINUTES = 60;
/** More alerts than this within an hour help nobody; what comes after them stands in the list. */
export const ALERTS_PER_HOUR = 30;
