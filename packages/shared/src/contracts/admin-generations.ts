import { type Static, Type } from 'typebox';
import { closed, Id, Literals, Nullable, Page, PageQuery, Time } from './common.ts';
import { Generation } from './generations.ts';
import { usageOutcomes } from './usage.ts';

const Owner = Type.Object({ id: Id, name: Type.String() }, closed);

/** A generation, and whose it is. */
export const AdminGeneration = Type.Object({ ...Generation.properties, user: Owner }, closed);
export type AdminGeneration = Static<typeof AdminGeneration>;
export const AdminGenerationPage = Page(AdminGeneration);

export const AdminGenerationQuery = Type.Object(
  {
    ...PageQuery.properties,
    user_id: Type.Optional(Id),
    project_id: Type.Optional(Id),
    key_id: Type.Optional(Id),
    model: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    outcome: Type.Optional(Literals(usageOutcomes, { description: '`in_progress`: it has not ended.' })),
    code: Type.Optional(Type.String({ minLength: 1, maxLength: 60, description: 'Of the error catalogue.' })),
    from: Type.Optional(Time),
    to: Type.Optional(Type.String({ format: 'date-time', description: 'Exclusive.' })),
  },
  closed,
);
export type AdminGenerationQuery = Static<typeof AdminGenerationQuery>;

export const SampleQuery = Type.Object(
  {
    count: Type.Integer({ minimum: 1, maximum: 20, default: 5 }),
    hours: Type.Integer({ minimum: 1, maximum: 720, default: 24 }),
  },
  closed,
);
export const GenerationSample = Type.Object({ data: Type.Array(AdminGeneration) }, closed);

const Jobs = Type.Object(
  {
    name: Type.String(),
    waiting: Type.Integer(),
    active: Type.Integer(),
    delayed: Type.Integer(),
  },
  closed,
);
/** What waits, what runs, and what does not go as it should. */
export const QueueReport = Type.Object(
  {
    backend: Literals(['postgres', 'redis']),
    states: Type.Array(Type.Object({ state: Type.String(), count: Type.Integer() }, closed)),
    oldest_wait_seconds: Nullable(
      Type.Number({ description: 'Of somebody who has nothing under way; null where nobody waits.' }),
    ),
    jobs: Nullable(Type.Array(Jobs, { description: 'Null where the queue is away.' })),
    breakers: Type.Array(
      Type.Object({ provider: Type.String(), until: Time, reason: Nullable(Type.String()) }, closed),
      { description: 'Providers that are sent nothing for now.' },
    ),
    troubled: Type.Array(AdminGeneration, { description: 'The longest first; at most a hundred.' }),
  },
  closed,
);
export type QueueReport = Static<typeof QueueReport>;

export const RetryQueue = Type.Object(
  { generation_ids: Type.Array(Id, { minItems: 1, maxItems: 100, uniqueItems: true }) },
  closed,
);
export const Retried = Type.Object(
  {
    retried: Type.Integer({
      description: 'What could be tried at once. Nothing is submitted that may have been submitted before.',
    }),
  },
  closed,
);

/** How the service does, in one look. */
export const Overview = Type.Object(
  {
    mode: Literals(['open', 'paused', 'closed', 'lockdown']),
    incidents: Type.Object({ unresolved: Type.Integer(), critical: Type.Integer() }, closed),
    checklist: Type.Object({ due: Type.Integer(), overdue: Type.Integer() }, closed),
    users: Type.Object(
      { total: Type.Integer(), suspended: Type.Integer(), active_today: Type.Integer() },
      closed,
    ),
    keys: Type.Object({ active: Type.Integer(), to_mend: Type.Integer() }, closed),
    queue: Type.Object(
      {
        waiting: Type.Integer(),
        in_flight: Type.Integer(),
        oldest_wait_seconds: Nullable(Type.Number()),
      },
      closed,
    ),
    today: Type.Object(
      { generations: Type.Integer(), failed: Type.Integer() },
      { ...closed, description: 'Of the last 24 hours.' },
    ),
    storage: Type.Object(
      {
        bytes: Type.Number(),
        disk_used_percent: Nullable(Type.Integer()),
        users: Type.Array(Type.Object({ id: Id, name: Type.String(), bytes: Type.Number() }, closed), {
          description: 'Those who take the most.',
        }),
      },
      closed,
    ),
    processes: Type.Array(
      Type.Object(
        { name: Type.String(), loop_lag_ms: Type.Integer(), memory_mb: Type.Integer(), seen_at: Time },
        closed,
      ),
    ),
  },
  closed,
);
export type Overview = Static<typeof Overview>;
