import { type Static, Type } from 'typebox';
import { closed, Id, Literals, Money, Nullable, Time } from './common.ts';

/** How generations are counted: by what they ended with. */
export const usageOutcomes = [
  'succeeded',
  'failed',
  'canceled',
  'expired',
  'outcome_unknown',
  'in_progress',
] as const;
export const usageSteps = ['hour', 'day', 'week'] as const;
/** Steps that one answer holds at the most. */
export const MOST_STEPS = 800;

const filters = {
  from: Type.Optional(Type.String({ format: 'date-time', description: 'Left out: thirty days ago.' })),
  to: Type.Optional(Type.String({ format: 'date-time', description: 'Exclusive. Left out: now.' })),
  by: Literals(usageSteps, { default: 'day', description: 'By UTC.' }),
  project_id: Type.Optional(Id),
  key_id: Type.Optional(Id),
  model: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
};
export const UsageQuery = Type.Object(filters, closed);
export type UsageQuery = Static<typeof UsageQuery>;
export const AdminUsageQuery = Type.Object({ ...filters, user_id: Type.Optional(Id) }, closed);
export type AdminUsageQuery = Static<typeof AdminUsageQuery>;

const Count = Type.Integer({ minimum: 0 });
const Spend = Type.Object(
  {
    estimated: Money,
    settled: Money,
  },
  { ...closed, description: 'What was to be spent, and what was. Nothing of what is simulated.' },
);
const outcomes = {
  succeeded: Count,
  failed: Count,
  canceled: Count,
  expired: Count,
  outcome_unknown: Count,
  in_progress: Count,
};
const Step = Type.Object(
  {
    at: Time,
    generations: Count,
    ...outcomes,
    outputs: Count,
    filtered: Type.Integer({ minimum: 0, description: 'Outputs that the provider’s filter refused.' }),
    spend: Type.Array(Spend),
  },
  closed,
);
export type UsageStepView = Static<typeof Step>;
const Share = Type.Object(
  {
    id: Nullable(Type.String({ description: 'Null: of accounts that are gone.' })),
    name: Nullable(Type.String()),
    generations: Count,
    failed: Count,
    spend: Type.Array(Money),
  },
  closed,
);
export type UsageShareView = Static<typeof Share>;
const Latency = Type.Object(
  {
    model: Type.String(),
    generations: Count,
    p50_seconds: Type.Number(),
    p90_seconds: Type.Number(),
    p99_seconds: Type.Number(),
  },
  closed,
);

/** What was generated and spent in a span of time, by the time at which it was begun. */
export const Usage = Type.Object(
  {
    from: Time,
    to: Time,
    by: Literals(usageSteps),
    counted_until: Type.String({
      format: 'date-time',
      description: 'What changed after that is not counted yet.',
    }),
    total: Type.Object(
      {
        generations: Count,
        ...outcomes,
        outputs: Count,
        filtered: Count,
        spend: Type.Array(Spend),
        active_users: Count,
      },
      closed,
    ),
    steps: Type.Array(Step, { description: 'One for each hour, day or week; those without anything too.' }),
    codes: Type.Array(Type.Object({ code: Type.String(), generations: Count }, closed)),
    models: Type.Array(Share),
    latencies: Type.Array(Latency),
    users: Type.Array(Share, { description: 'Those with the most. Empty where you look at your own.' }),
    projects: Type.Array(Share),
    keys: Type.Array(Share),
  },
  closed,
);
export type Usage = Static<typeof Usage>;
