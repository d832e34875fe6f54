import { type Static, Type } from 'typebox';
import { modeMeanings } from '../domain/modes.ts';
import { closed, Id, Meanings, Nullable, Time } from './common.ts';

const Count = (description: string) => Type.Integer({ minimum: 0, description });

/** What a lockdown takes away. */
export const LockdownToll = Type.Object(
  {
    sessions: Count('They are ended; yours too.'),
    tokens: Count('They are revoked.'),
    keys: Count('Their ciphertext is erased.'),
    webhooks: Count('Their secrets are erased, and they are switched off.'),
    waiting: Count('Generations that wait: canceled, at no cost.'),
    abandoned: Count(
      'Generations at a provider, paid for: collected only if the same key is entered again in time.',
    ),
    mails: Count('People with a verified address, who are told what to do.'),
  },
  closed,
);
export type LockdownToll = Static<typeof LockdownToll>;

/** The off switch. */
export const ServiceMode = Type.Object(
  {
    mode: Meanings(modeMeanings),
    reason: Nullable(Type.String()),
    changed_at: Time,
    changed_by: Nullable(
      Type.Object(
        { id: Id, name: Nullable(Type.String({ description: 'Null where the account is gone.' })) },
        { ...closed, description: 'Null where an operator moved it, or nobody yet.' },
      ),
    ),
    sends_mail: Type.Boolean({ description: 'Whether a mail server is set, so that people can be told.' }),
    lockdown: LockdownToll,
  },
  closed,
);
export type ServiceMode = Static<typeof ServiceMode>;

export const SetMode = Type.Object(
  {
    mode: Meanings(modeMeanings),
    reason: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 300,
        pattern: '\\S',
        description: 'Administrators read it, and it stands in the audit log.',
      }),
    ),
    confirm: Type.Optional(
      Type.String({
        maxLength: 20,
        description: 'For `lockdown`, which cannot be undone: the word `lockdown`.',
      }),
    ),
  },
  closed,
);
export type SetMode = Static<typeof SetMode>;
