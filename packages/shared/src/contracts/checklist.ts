import { type Static, Type } from 'typebox';
import { cadences, checklistIds } from '../domain/checklist.ts';
import { closed, Id, Literals, Nullable, Time } from './common.ts';

const Finding = Type.Record(
  Type.String(),
  Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]),
);
const Tick = Type.Object(
  {
    at: Time,
    by: Nullable(Type.Object({ id: Id, name: Nullable(Type.String()) }, closed)),
    note: Nullable(Type.String()),
    finding: Finding,
  },
  closed,
);
/** The monitoring checklist, as it stands. */
export const Checklist = Type.Object(
  {
    data: Type.Array(
      Type.Object(
        {
          id: Literals(checklistIds),
          cadence: Literals(Object.keys(cadences) as ['daily', 'weekly', 'monthly', 'once']),
          title: Type.String(),
          about: Type.String(),
          evidence: Type.String({ description: 'The view of the administration that holds it.' }),
          runs: Type.Boolean({ description: 'Whether the service can look for itself.' }),
          state: Literals(['done', 'due', 'overdue']),
          due_at: Nullable(Type.String({ format: 'date-time', description: 'Null: not again.' })),
          ticks: Type.Array(Tick, { description: 'Who looked, the last first.' }),
        },
        closed,
      ),
    ),
    seats: Type.Object(
      {
        used: Type.Integer(),
        allowed: Nullable(Type.Integer({ description: 'Null: as many as come.' })),
        raised_here: Type.Boolean({ description: 'Whether ticking `opening` sets them.' }),
      },
      closed,
    ),
  },
  closed,
);
export type Checklist = Static<typeof Checklist>;

export const ChecklistParams = Type.Object({ item: Literals(checklistIds) }, closed);
export const TickItem = Type.Object(
  {
    note: Type.Optional(Type.String({ minLength: 1, maxLength: 1_000, pattern: '\\S' })),
    seats: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000_000,
        description: 'For `opening`: how many accounts there may be from now on.',
      }),
    ),
  },
  closed,
);
export type TickItem = Static<typeof TickItem>;

/** What a look of the service itself found. */
export const ChecklistRun = Type.Object(
  {
    ok: Type.Boolean(),
    summary: Type.String(),
    findings: Type.Array(
      Type.Object(
        {
          severity: Literals(['info', 'low', 'moderate', 'high', 'critical']),
          title: Type.String(),
          text: Type.String(),
          url: Nullable(Type.String()),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type ChecklistRun = Static<typeof ChecklistRun>;
