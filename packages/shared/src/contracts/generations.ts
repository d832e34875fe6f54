import { type Static, Type } from 'typebox';
import { billingMeanings } from '../domain/errors/entry.ts';
import { kinds } from '../domain/models.ts';
import { BudgetAhead } from './budgets.ts';
import {
  closed,
  Id,
  IdParams,
  Literals,
  Meanings,
  Money,
  Nullable,
  Page,
  PageQuery,
  RetryRule,
  Time,
} from './common.ts';

export const statuses = [
  'queued',
  'in_progress',
  'canceling',
  'outcome_unknown',
  'expired',
  'succeeded',
  'failed',
  'canceled',
] as const;

const request = {
  model: Type.String({ maxLength: 100, examples: ['genaipro/veo'] }),
  kind: Literals(kinds),
  prompt: Type.String({ minLength: 1, maxLength: 20_000, pattern: '\\S' }),
  image_ids: Type.Optional(Type.Array(Id, { maxItems: 5, description: 'Start, then end; or references.' })),
  params: Type.Optional(
    Type.Record(Type.String({ maxLength: 40 }), Type.String({ maxLength: 100 }), {
      description: 'As the model lists them. What is left out is not sent.',
    }),
  ),
  count: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 4, description: 'How many outputs; 1 if left out.' }),
  ),
};

export const CreateGeneration = Type.Object(
  {
    ...request,
    key_id: Id,
    project_id: Type.Optional(Id),
    metadata: Type.Optional(
      Type.Record(Type.String({ maxLength: 40 }), Type.String({ maxLength: 500 }), {
        maxProperties: 16,
        description: 'Yours to fill; returned as given.',
      }),
    ),
  },
  closed,
);
export type CreateGeneration = Static<typeof CreateGeneration>;

export const EstimateRequest = Type.Object(
  {
    ...request,
    prompt: Type.Optional(Type.String({ maxLength: 20_000 })),
    project_id: Type.Optional(Id),
    key_id: Type.Optional(Id),
  },
  closed,
);
/** Estimates: half of all are done by p50, nine of ten by p90. */
const Quantiles = Type.Object({ p50: Type.Integer(), p90: Type.Integer() }, closed);
const latency = {
  expected_seconds: Type.Integer({ description: 'How long one usually takes. An estimate.' }),
  run_seconds: Quantiles,
  measured: Type.Boolean({
    description: 'Learned from what was made here; else what the catalogue expects.',
  }),
};
export type EstimateRequest = Static<typeof EstimateRequest>;
export const Estimate = Type.Object(
  {
    price: Nullable(Money),
    allowed: Type.Boolean({ description: 'Whether every budget that applies has enough left.' }),
    reason: Nullable(
      Type.Object(
        { code: Type.String(), message: Type.String() },
        { ...closed, description: 'Why it would be refused.' },
      ),
    ),
    budgets: Type.Array(BudgetAhead),
    ...latency,
  },
  closed,
);
export type Estimate = Static<typeof Estimate>;

const Billing = Meanings(billingMeanings);

export const Output = Type.Object(
  {
    index: Type.Integer(),
    mime_type: Type.String(),
    byte_size: Type.Integer(),
    width: Nullable(Type.Integer()),
    height: Nullable(Type.Integer()),
    duration_ms: Nullable(Type.Integer()),
    url: Type.String(),
    expires_at: Nullable(Time),
  },
  closed,
);

export const Generation = Type.Object(
  {
    id: Id,
    status: Literals(statuses),
    stage: Literals([
      'queued',
      'admitted',
      'submitting',
      'running',
      'storing',
      'outcome_unknown',
      'expired',
      'succeeded',
      'failed',
      'canceled',
    ]),
    queue_position: Nullable(Type.Integer({ description: '1 is next. Null once it left the queue.' })),
    model: Type.String(),
    kind: Literals(kinds),
    prompt: Type.String(),
    params: Type.Record(Type.String(), Type.String()),
    count: Type.Integer(),
    image_ids: Type.Array(Id),
    metadata: Type.Record(Type.String(), Type.String()),
    project_id: Id,
    key_id: Id,
    retry_of: Nullable(Id),
    estimate: Type.Object(
      {
        price: Nullable(Money),
        ...latency,
        wait_seconds: Nullable(
          Type.Object(Quantiles.properties, {
            ...closed,
            description: 'Until it is its turn. An estimate; null once it left the queue.',
          }),
        ),
      },
      closed,
    ),
    cost: Nullable(Money),
    filtered_count: Type.Integer({ description: 'Outputs that the provider’s filter kept back.' }),
    error: Nullable(
      Type.Object(
        {
          code: Type.String(),
          message: Type.String(),
          reason: Nullable(Type.String({ description: 'The provider’s own words.' })),
          billing: Billing,
          advice: Type.String(),
          retry: RetryRule,
          retryable: Type.Boolean({
            description: 'Whether the same may succeed later without being changed.',
          }),
        },
        closed,
      ),
    ),
    pinned: Type.Boolean({ description: 'Its outputs are kept until it is unpinned or deleted.' }),
    waiting: Nullable(
      Type.Object(
        {
          code: Type.String(),
          message: Type.String(),
          reason: Nullable(Type.String({ description: 'What happened, in the words of whoever said so.' })),
          billing: Billing,
          advice: Type.String(),
          retry: RetryRule,
          until: Nullable(Time),
        },
        {
          ...closed,
          description:
            'Why it does not go on right now. It does so by itself, at `until`, unless `retry` says otherwise.',
        },
      ),
    ),
    outputs: Type.Array(Output),
    urls: Type.Object(
      { self: Type.String(), cancel: Type.String(), events: Type.String(), outputs: Type.String() },
      closed,
    ),
    created_at: Time,
    submitted_at: Nullable(Time),
    finished_at: Nullable(Time),
    updated_at: Time,
  },
  closed,
);
export type Generation = Static<typeof Generation>;
export const GenerationPage = Page(Generation);

export const GenerationQuery = Type.Object(
  {
    ...PageQuery.properties,
    status: Type.Optional(
      Type.Array(Literals(statuses), {
        maxItems: statuses.length,
        description: 'Any of these: `status=queued&status=in_progress`.',
      }),
    ),
    kind: Type.Optional(Literals(kinds)),
    model: Type.Optional(Type.String({ maxLength: 100 })),
    project_id: Type.Optional(
      Type.String({ format: 'uuid', description: 'Of a project that you are not in, the list is empty.' }),
    ),
    pinned: Type.Optional(Literals(['true', 'false'])),
    q: Type.Optional(Type.String({ maxLength: 200, description: 'Words of the prompt.' })),
  },
  closed,
);
export type GenerationQuery = Static<typeof GenerationQuery>;

export const Resolve = Type.Object({ action: Literals(['look_again', 'dismiss']) }, closed);

export const OutputParams = Type.Object(
  { ...IdParams.properties, n: Type.Integer({ minimum: 0, maximum: 99 }) },
  closed,
);
export const OutputQuery = Type.Object({ download: Type.Optional(Literals(['0', '1'])) }, closed);
