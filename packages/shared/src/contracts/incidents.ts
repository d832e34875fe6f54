import { type Static, Type } from 'typebox';
import { flagActions, flagRuleIds, flagSubjects, severities } from '../domain/red-flags.ts';
import { closed, Id, Literals, Nullable, Page, PageQuery, Time } from './common.ts';

const incidentStates = ['open', 'acknowledged', 'resolved'] as const;
const Rule = Literals(flagRuleIds);
const Evidence = Type.Record(
  Type.String(),
  Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]),
  { description: 'What was measured, and against what.' },
);

const incident = {
  id: Id,
  rule: Rule,
  title: Type.String(),
  severity: Literals(severities),
  state: Literals(incidentStates),
  subject: Type.Object(
    {
      type: Literals(flagSubjects),
      id: Nullable(Type.String()),
      name: Nullable(Type.String()),
      user_id: Nullable(Type.String({ description: 'The account that it leads to.' })),
    },
    { ...closed, description: 'What it is about.' },
  ),
  evidence: Evidence,
  opened_at: Time,
  last_seen_at: Time,
  resolved_at: Nullable(Time),
};
/** A red flag that was raised, until somebody has dealt with it. */
export const Incident = Type.Object(incident, closed);
export type Incident = Static<typeof Incident>;
export const IncidentPage = Page(Incident);

export const IncidentQuery = Type.Object(
  {
    ...PageQuery.properties,
    state: Type.Optional(
      Literals([...incidentStates, 'unresolved'], { description: '`unresolved`: open or acknowledged.' }),
    ),
    rule: Type.Optional(Rule),
  },
  closed,
);

const IncidentEvent = Type.Object(
  {
    at: Time,
    kind: Literals(['opened', 'worse', 'acted', 'acknowledged', 'noted', 'resolved', 'reopened']),
    actor: Nullable(Type.Object({ id: Id, name: Nullable(Type.String()) }, closed)),
    text: Nullable(Type.String()),
  },
  closed,
);
const Alert = Type.Object(
  {
    channel: Literals(['email', 'webhook']),
    state: Literals(['pending', 'sent', 'failed']),
    attempts: Type.Integer(),
    error: Nullable(Type.String({ description: 'Why the last attempt was not taken.' })),
    created_at: Time,
    sent_at: Nullable(Time),
  },
  closed,
);
export const WholeIncident = Type.Object(
  {
    ...incident,
    about: Type.String({ description: 'What it may mean, and what to do.' }),
    events: Type.Array(IncidentEvent),
    alerts: Type.Array(Alert),
  },
  closed,
);
export type WholeIncident = Static<typeof WholeIncident>;

export const SayOfIncident = Type.Object(
  {
    word: Literals(['acknowledged', 'noted', 'resolved', 'reopened']),
    text: Type.Optional(Type.String({ minLength: 1, maxLength: 2_000, pattern: '\\S' })),
  },
  closed,
);

const Threshold = Type.Object(
  {
    name: Type.String(),
    title: Type.String(),
    unit: Type.String(),
    value: Type.Number(),
    usual: Type.Number(),
    least: Type.Number(),
    most: Type.Number(),
  },
  closed,
);
/** A rule of the red flags, as it stands. */
export const FlagRule = Type.Object(
  {
    id: Rule,
    title: Type.String(),
    about: Type.String(),
    subject: Literals(flagSubjects),
    severity: Literals(severities),
    enabled: Type.Boolean(),
    thresholds: Type.Array(Threshold),
    action: Literals(flagActions, { description: 'What is done by itself.' }),
    actions: Type.Array(Literals(flagActions), { description: 'What may be done by itself.' }),
  },
  closed,
);
export type FlagRule = Static<typeof FlagRule>;
export const FlagRules = Type.Object(
  {
    data: Type.Array(FlagRule),
    alerts: Type.Object(
      { emails: Type.Integer({ description: 'Addresses that are told.' }), webhook: Type.Boolean() },
      { ...closed, description: 'Who is told, as the settings say.' },
    ),
  },
  closed,
);
export type FlagRules = Static<typeof FlagRules>;

const Numbers = Type.Record(Type.String(), Type.Number());
export const SetFlag = Type.Object(
  {
    enabled: Type.Optional(Type.Boolean()),
    thresholds: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.Number(), Type.Null()]), {
        description: 'Null: the usual one again.',
      }),
    ),
    action: Type.Optional(Literals(flagActions)),
  },
  { ...closed, minProperties: 1 },
);
export type SetFlag = Static<typeof SetFlag>;

export const FlagParams = Type.Object({ rule: Rule }, closed);
export const ReplayFlag = Type.Object(
  {
    days: Type.Integer({ minimum: 1, maximum: 7, default: 7 }),
    thresholds: Type.Optional(Numbers),
  },
  closed,
);
/** What a rule would have found in the past. */
export const Replay = Type.Object(
  {
    looks: Type.Integer({ description: 'How often it would have looked.' }),
    data: Type.Array(
      Type.Object(
        {
          subject: Nullable(Type.String()),
          first_at: Time,
          last_at: Time,
          times: Type.Integer(),
          most: Type.Number({ description: 'The most that was measured.' }),
        },
        closed,
      ),
      { description: 'One for each that would have been raised, newest first.' },
    ),
  },
  closed,
);
export type Replay = Static<typeof Replay>;

export const TestAlert = Type.Object(
  {
    sent: Type.Integer({ description: 'Over so many channels; look at the alerts for what became of them.' }),
  },
  closed,
);
