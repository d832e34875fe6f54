import { type Static, Type } from 'typebox';
import { providerIds } from '../domain/models.ts';
import { closed, Id, Literals, Nullable, Page, Time } from './common.ts';

export const Key = Type.Object(
  {
    id: Id,
    provider: Literals(providerIds),
    label: Type.String(),
    hint: Type.String({ description: 'The last four characters of the key.' }),
    scope: Literals(['kept', 'session', 'team'], {
      description: '`team`: everybody may use it; administrators look after it.',
    }),
    can_manage: Type.Boolean({ description: 'Whether you may retire it and have it checked.' }),
    state: Literals(['checking', 'active', 'rejected', 'needs_reentry', 'retired']),
    state_reason: Nullable(
      Type.Object({ code: Type.String(), message: Type.String(), advice: Type.String() }, closed),
    ),
    quota: Nullable(
      Type.Object(
        { total: Type.Integer(), used: Type.Integer(), expires_at: Nullable(Time) },
        {
          ...closed,
          description: 'As the provider told at `checked_at`. Null for those who may not manage the key.',
        },
      ),
    ),
    in_flight: Type.Integer({ description: 'Generations of this key that are not finished.' }),
    checked_at: Nullable(Time),
    created_at: Time,
    retired_at: Nullable(Time),
  },
  closed,
);
export type Key = Static<typeof Key>;
export const KeyPage = Page(Key);

export const AddKey = Type.Object(
  {
    provider: Literals(providerIds),
    label: Type.Optional(Type.String({ minLength: 1, maxLength: 80, pattern: '\\S' })),
    secret: Type.String({
      minLength: 8,
      maxLength: 16_384,
      description: 'The key itself. Sealed at once; never shown again.',
    }),
    scope: Type.Optional(
      Literals(['kept', 'session', 'team'], { description: '`team`: for everybody; needs the role admin.' }),
    ),
  },
  closed,
);
export type AddKey = Static<typeof AddKey>;
