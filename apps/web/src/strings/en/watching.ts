import type {
  AuditEntry,
  Checklist,
  FlagRule,
  Incident,
  ServiceMode,
  WholeIncident,
} from '../../api/types.ts';
import type { AdminGroup, AdminView } from '../../data/admin-search.ts';

/** What administrators watch over, and how they stop it. */
export const watchingText = {
  groups: { watch: 'Watch', people: 'Who, and how much', safety: 'Safety' } satisfies Record<
    AdminGroup,
    string
  >,
  views: {
    overview: 'Overview',
    incidents: 'Red flags',
    usage: 'Usage',
    generations: 'Generations',
    queue: 'Queue',
    people: 'People',
    invitations: 'Invitations',
    budgets: 'Budgets',
    limits: 'Limits and models',
    networks: 'Networks',
    checklist: 'Checklist',
    audit: 'Audit log',
    flags: 'Rules',
    safety: 'Safety check',
    switch: 'Off switch',
  } satisfies Record<AdminView, string>,
  none: 'None',
  gone: 'gone',
  clear: 'Show everything',

  mode: {
    names: { open: 'Open', paused: 'Paused', closed: 'Closed', lockdown: 'Lockdown' } satisfies Record<
      ServiceMode['mode'],
      string
    >,
    chip: (mode: string) => `Off switch: ${mode}`,
    means: {
      open: 'Everything runs.',
      paused:
        'Nothing new is begun or sent to a provider. What was sent is collected, and people look at what they have.',
      closed: 'As paused, and only administrators get in.',
      lockdown:
        'As closed; every session and token is revoked, and every stored key is erased. It cannot be undone.',
    } satisfies Record<ServiceMode['mode'], string>,
    since: (date: string, by: string | null) => (by === null ? `Since ${date}.` : `Since ${date}, by ${by}.`),
    reason: 'Reason',
    reasonHint: 'Optional. Other administrators read it.',
    set: (mode: string) => `Set to ${mode.toLowerCase()}`,
    done: (mode: string) => `The service is ${mode.toLowerCase()}.`,
    lockdown: {
      open: 'Lock down …',
      title: 'Lock the service down?',
      intro:
        'For a stolen disk, a copied database, or somebody on the server. It takes away at once, and for good:',
      sessions: (n: number) => `${n} sessions. You are signed out too.`,
      tokens: (n: number) => `${n} access tokens`,
      keys: (n: number) => `${n} saved keys of providers, and the key ring that opens them`,
      webhooks: (n: number) => `the secrets of ${n} webhooks`,
      waiting: (n: number) => `${n} generations that wait; they cost nothing`,
      abandoned: (n: number) =>
        `${n} generations that are paid for and still at a provider; they are collected only if their owners enter the same key again in time`,
      mails: (n: number) => `${n} people are told by mail to withdraw their keys.`,
      noMail: 'No mail server is set, so nobody is told by mail: tell them yourself.',
      back: 'Afterwards, an operator leads the service back on the server, with a new key ring: npm run ops -- mode closed',
      word: 'Write lockdown to confirm',
      confirm: 'Lock down',
      keep: 'Leave it',
    },
    locked: 'The service is locked down. An operator leads it back on the server: npm run ops -- mode closed',
  },

  overview: {
    flags: 'Red flags',
    flagsOf: (unresolved: number, critical: number) =>
      unresolved === 0
        ? 'Nothing is open.'
        : critical > 0
          ? `${critical} critical`
          : `${unresolved} to look into`,
    checklist: 'Checklist',
    checklistOf: (due: number, overdue: number) =>
      overdue > 0 ? `${overdue} overdue, ${due} due` : due > 0 ? `${due} due` : 'Everything was looked at.',
    today: 'Last 24 hours',
    todayOf: (failed: number) => (failed === 0 ? 'None went wrong.' : `${failed} went wrong`),
    queue: 'Queue',
    queueOf: (inFlight: number, wait: string | null) =>
      wait === null ? `${inFlight} under way` : `${inFlight} under way, first in line for ${wait}`,
    people: 'People',
    peopleOf: (active: number, suspended: number) =>
      suspended > 0 ? `${active} active today, ${suspended} suspended` : `${active} active today`,
    keys: 'Keys',
    keysOf: (toMend: number) => (toMend === 0 ? 'All of them work.' : `${toMend} to be entered again`),
    storage: 'Storage',
    storageOf: (percent: number | null) => (percent === null ? '' : `The disk is ${percent}% full.`),
    processes: 'Processes',
    process: (lag: number, memory: number) => `${lag} ms behind at most, ${memory} MB`,
    noProcess: 'No process has reported within the last minutes.',
    mostStorage: 'Who takes the most room',
    course: 'The last two weeks',
  },

  incidents: {
    show: 'Show',
    states: {
      unresolved: 'Unresolved',
      open: 'Open',
      acknowledged: 'Acknowledged',
      resolved: 'Resolved',
    } satisfies Record<Incident['state'] | 'unresolved', string>,
    all: 'All',
    severities: { warning: 'Warning', serious: 'Serious', critical: 'Critical' } satisfies Record<
      Incident['severity'],
      string
    >,
    none: 'Nothing here.',
    noneOpen: 'Nothing is open. The rules look every minute.',
    service: 'The service',
    opened: (ago: string) => `raised ${ago}`,
    lastSeen: (ago: string) => `held ${ago} last`,
    look: 'Look into it',
    titled: (title: string, subject: string) => `${title}: ${subject}`,
    toldBy: (channel: string, state: string, at: string) => `${channel}: ${state} · ${at}`,
    lookAt: (title: string, subject: string) => `Look into it: ${title}, ${subject}`,
    back: 'All red flags',
    evidence: 'Evidence',
    about: 'What it may mean',
    history: 'History',
    alerts: 'Who was told',
    noAlerts: 'Nobody is set to be told.',
    alert: {
      email: 'By mail',
      webhook: 'By webhook',
    },
    alertStates: { pending: 'on its way', sent: 'sent', failed: 'not taken' },
    kinds: {
      opened: 'Raised',
      worse: 'Got much worse',
      acted: 'Acted by itself',
      acknowledged: 'Acknowledged',
      noted: 'Note',
      resolved: 'Resolved',
      reopened: 'Reopened',
    } satisfies Record<WholeIncident['events'][number]['kind'], string>,
    note: 'Note',
    noteHint: 'What you found, or did.',
    words: { acknowledged: 'Acknowledge', noted: 'Add the note', resolved: 'Resolve', reopened: 'Reopen' },
    seeAudit: 'What they did',
    seeUser: 'The account',
    seeGenerations: 'Their generations',
  },

  flags: {
    intro:
      'Every minute each rule looks at what happened. What it finds is told once, until somebody has dealt with it. Nothing is done by itself unless you say so here.',
    told: (emails: number, webhook: boolean) =>
      emails === 0 && !webhook
        ? 'Nobody is told: set ALERT_EMAILS with SMTP_URL, or ALERT_WEBHOOK_URL.'
        : `Told: ${[emails > 0 && `${emails} ${emails === 1 ? 'address' : 'addresses'} by mail`, webhook && 'a webhook'].filter(Boolean).join(' and ')}.`,
    test: 'Send a test alert',
    tested: (n: number) => (n === 1 ? 'It is on its way.' : `It is on its way, over ${n} channels.`),
    off: 'Does not look',
    threshold: (title: string, value: string) => `${title}: ${value}`,
    change: 'Set',
    changeOf: (title: string) => `Set: ${title}`,
    enabled: 'This rule looks',
    action: 'What is done by itself',
    actions: {
      none: 'Nothing',
      suspend_user: 'Suspend the account',
      block_network: 'Turn the network away for an hour',
      pause_service: 'Pause the service',
    } satisfies Record<FlagRule['action'], string>,
    usual: (value: string) => `Usually ${value}.`,
    save: 'Save',
    saved: 'The rule is set.',
    keep: 'Leave it',
    tryOut: 'Try it on the last seven days',
    found: (n: number, looks: number) =>
      n === 0
        ? `Of ${looks} looks, none would have found anything.`
        : `It would have been raised ${n} times.`,
    foundOne: (subject: string, from: string, most: string) => `${subject}, from ${from}, at most ${most}`,
  },

  audit: {
    person: 'Person',
    personHint: 'Name, e-mail or id',
    action: 'Action',
    actionHint: 'key.added, or key. for all of them',
    address: 'Address',
    addressHint: '192.0.2.7 or 192.0.2.0/24',
    outcome: 'Outcome',
    outcomes: { '': 'Any', ok: 'Done', denied: 'Denied' } satisfies Record<
      AuditEntry['outcome'] | '',
      string
    >,
    since: 'From',
    until: 'Until',
    find: 'Search',
    export: 'Save as CSV',
    exportLines: 'Save as JSON lines',
    none: 'No entry fits this search.',
    at: 'Time',
    who: 'Who',
    what: 'What',
    whom: 'On what',
    where: 'From',
    sealed: 'Sealed',
    notSealed: 'Not sealed yet',
    table: 'Entries of the audit log',
    service: 'the service',
    denied: 'denied',
  },

  generations: {
    sample: 'Drawn by lot, of the last day',
    sampleHint: 'For the spot check of the checklist.',
    again: 'Draw again',
    noneDrawn: 'Nothing ended within the last day.',
    all: 'All of them',
    outcome: 'Outcome',
    outcomes: {
      '': 'Any',
      succeeded: 'Succeeded',
      failed: 'Failed',
      canceled: 'Canceled',
      expired: 'Expired',
      outcome_unknown: 'Unknown',
      in_progress: 'In progress',
    },
    model: 'Model',
    code: 'Error code',
    from: 'From',
    to: 'Until',
    none: 'None fits.',
    by: (name: string, ago: string) => `${name}, ${ago}`,
    open: 'Open the clip',
    openOf: (prompt: string) => `Open the clip: ${prompt}`,
    recorded: 'That you opened it stands in the audit log.',
    narrowed: (what: string) => `Only ${what}`,
  },

  queue: {
    states: {
      queued: 'Waiting',
      admitted: 'Next',
      submitting: 'Being sent',
      running: 'At the provider',
      storing: 'Being stored',
      outcome_unknown: 'Outcome unknown',
    } as Readonly<Record<string, string>>,
    backend: (backend: string, wait: string | null) =>
      wait === null
        ? `The queue is on ${backend}. Nobody with nothing under way waits.`
        : `The queue is on ${backend}. The first in line waits for ${wait}.`,
    empty: 'Nothing is under way.',
    breakers: 'Providers that are sent nothing for now',
    breaker: (until: string) => `until ${until}`,
    jobs: 'Jobs',
    jobsAway: 'The queue does not answer. What waits is taken up by the sweep once it does.',
    job: (waiting: number, active: number, delayed: number) =>
      `${waiting} waiting, ${active} running, ${delayed} for later`,
    troubled: 'What does not go as it should',
    noTrouble: 'Everything goes as it should.',
    retry: 'Try now',
    retryOf: (prompt: string) => `Try now: ${prompt}`,
    retryAll: 'Try all of them now',
    retried: (n: number) =>
      n === 0
        ? 'None of it may be tried again by an administrator: what may be billed is for its owner to decide.'
        : `${n} are tried now.`,
  },

  checklist: {
    cadences: {
      daily: 'Every day',
      weekly: 'Every week',
      monthly: 'Every month',
      once: 'Once',
    } satisfies Record<Checklist['data'][number]['cadence'], string>,
    states: { done: 'Done', due: 'Due', overdue: 'Overdue' } satisfies Record<
      Checklist['data'][number]['state'],
      string
    >,
    look: 'Look',
    lookOf: (title: string) => `Look: ${title}`,
    run: 'Run',
    runOf: (title: string) => `Run: ${title}`,
    tick: 'Tick',
    tickOf: (title: string) => `Tick: ${title}`,
    tickTitle: (title: string) => `You looked: ${title}`,
    note: 'Note',
    noteHint: 'Optional. What you saw.',
    seats: 'Accounts from now on',
    keep: 'Not yet',
    ticked: 'It is ticked.',
    last: (ago: string, by: string) => `${ago}, by ${by}`,
    never: 'Nobody has looked yet.',
    found: (severity: string, text: string) => `${severity}: ${text}`,
    seatsUsed: (used: number, allowed: number | null) =>
      allowed === null ? `${used} accounts.` : `${used} of ${allowed} seats are taken.`,
  },

  usage: {
    title: 'Usage',
    by: 'Steps',
    steps: { hour: 'Hours', day: 'Days', week: 'Weeks' },
    span: 'Span',
    spans: {
      '1': 'Last day',
      '7': 'Last 7 days',
      '30': 'Last 30 days',
      '90': 'Last 90 days',
      '365': 'Last year',
    },
    export: 'Save as CSV',
    generations: 'Generations',
    spend: 'Spent',
    spendUnit: { credits: 'Credits', usd: 'Dollars' },
    estimated: 'Estimated',
    settled: 'Settled',
    outputs: 'Outputs',
    filtered: 'Filtered',
    activeUsers: 'Active people',
    course: 'Generations over time',
    spendCourse: (unit: string) => `${unit} spent over time`,
    codes: 'Why they failed',
    noCodes: 'None failed.',
    models: 'Models',
    latencies: 'How long each model takes',
    latency: (p50: string, p90: string, p99: string) =>
      `half within ${p50}, 9 of 10 within ${p90}, 99 of 100 within ${p99}`,
    users: 'People with the most',
    projects: 'Projects with the most',
    keys: 'Keys with the most',
    nobody: 'accounts that are gone',
    share: (generations: string, failed: number) =>
      failed === 0 ? `${generations} generations` : `${generations} generations, ${failed} failed`,
    countedUntil: (ago: string) => `Counted ${ago}.`,
    empty: 'Nothing was generated in this span.',
    narrowed: 'Narrowed down.',
  },
};
