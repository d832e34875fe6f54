import { type Static, Type } from 'typebox';
import { closed, Id, Literals, Nullable, Page, PageQuery, Time } from './common.ts';

export const AuditEntry = Type.Object(
  {
    id: Id,
    at: Time,
    action: Type.String({ description: 'What happened, as `thing.happened`.' }),
    outcome: Literals(['ok', 'denied']),
    actor: Nullable(
      Type.Object(
        { id: Id, name: Nullable(Type.String({ description: 'Null where the account is gone.' })) },
        { ...closed, description: 'Who did it; null where nobody is known, or the service itself did.' },
      ),
    ),
    subject: Nullable(
      Type.Object(
        { type: Type.String(), id: Nullable(Type.String()), name: Nullable(Type.String()) },
        { ...closed, description: 'What it was done to.' },
      ),
    ),
    detail: Type.Record(
      Type.String(),
      Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]),
    ),
    address: Nullable(Type.String({ description: 'Where it came from; erased with the account.' })),
    sealed: Type.Boolean({ description: 'Whether it is part of the chain that `ops audit verify` checks.' }),
  },
  closed,
);
export type AuditEntry = Static<typeof AuditEntry>;
export const AuditPage = Page(AuditEntry);

export const ACTION_PATTERN = '^[a-z_]+\\.?([a-z_]+)?$';

const filters = {
  person: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'An id, an e-mail address or a name of an account that did it, or that it was done to.',
    }),
  ),
  action: Type.Optional(
    Type.String({
      pattern: ACTION_PATTERN,
      maxLength: 60,
      description: 'Such as `key.added`; with a dot at its end all that begin so, such as `key.`.',
    }),
  ),
  subject: Type.Optional(Type.String({ pattern: '^[a-z_]+$', maxLength: 40 })),
  subject_id: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  outcome: Type.Optional(Literals(['ok', 'denied'])),
  address: Type.Optional(
    Type.String({
      minLength: 2,
      maxLength: 64,
      description: 'An address, or a network such as `192.0.2.0/24`.',
    }),
  ),
  since: Type.Optional(Time),
  until: Type.Optional(Type.String({ format: 'date-time', description: 'Exclusive.' })),
};

export const AuditQuery = Type.Object({ ...PageQuery.properties, ...filters }, closed);
export type AuditQuery = Static<typeof AuditQuery>;
export const AuditExportQuery = Type.Object(
  { format: Literals(['csv', 'jsonl'], { default: 'csv' }), ...filters },
  closed,
);
export type AuditExportQuery = Static<typeof AuditExportQuery>;
