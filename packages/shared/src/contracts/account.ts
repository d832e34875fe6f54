import { type Static, Type } from 'typebox';
import { scopes } from '../domain/scopes.ts';
import { Amount, closed, Id, Literals, Money, Nullable, Time } from './common.ts';

export const roles = ['member', 'auditor', 'admin'] as const;
const Role = Literals(roles);
/** The ways in. `launch`: the link that is printed at the start, in profile `local`. */
const Via = Literals(['launch', 'google', 'github', 'oidc', 'team']);

export const Me = Type.Object(
  {
    id: Id,
    display_name: Type.String(),
    role: Role,
    state: Literals(['active', 'suspended', 'leaving']),
    suspension: Nullable(
      Type.Object(
        {
          reason: Type.String(),
          until: Nullable(Type.String({ format: 'date-time', description: 'Null: until it is lifted.' })),
        },
        closed,
      ),
    ),
    personal_project_id: Id,
    terms_due: Type.Boolean({
      description: 'The terms of service have to be accepted before anything is begun.',
    }),
    captcha_due: Type.Boolean({ description: 'A CAPTCHA has to be solved before anything is begun.' }),
    can_claim_admin: Type.Boolean({
      description: 'There is no administrator yet, and the claim code makes you one.',
    }),
    allowance: Nullable(
      Type.Object(
        { limit: Money, spent: Money },
        { ...closed, description: 'What an invited guest may spend in all.' },
      ),
    ),
    storage: Type.Object(
      { used_bytes: Type.Integer(), limit_bytes: Nullable(Type.Integer()) },
      { ...closed, description: 'What your files take. At the limit, nothing new can be begun.' },
    ),
    created_at: Time,
  },
  closed,
);
export type Me = Static<typeof Me>;

export const UpdateMe = Type.Object(
  { display_name: Type.String({ minLength: 1, maxLength: 80, pattern: '\\S' }) },
  closed,
);

export const DeleteMe = Type.Object(
  { confirm: Type.String({ maxLength: 80, description: 'Your display name, to show that you mean it.' }) },
  closed,
);

export const ClaimAdmin = Type.Object({ code: Type.String({ minLength: 1, maxLength: 200 }) }, closed);

export const Terms = Type.Object(
  {
    version: Type.String(),
    text: Type.String({ description: 'Plain text; an empty line parts paragraphs.' }),
  },
  closed,
);
export const AcceptTerms = Type.Object(
  { version: Type.String({ maxLength: 100, description: 'The version that was shown.' }) },
  closed,
);

/** What ALTCHA's solver takes (version 2). */
export const CaptchaChallenge = Type.Unsafe<Record<string, unknown>>({
  type: 'object',
  additionalProperties: true,
  description: 'An ALTCHA challenge.',
});
export const SolveCaptcha = Type.Object(
  { solution: Type.String({ minLength: 1, maxLength: 8_192, description: 'The ALTCHA payload.' }) },
  closed,
);

export const Identity = Type.Object(
  {
    id: Id,
    provider: Literals(['google', 'github', 'oidc', 'team']),
    name: Nullable(Type.String()),
    email: Nullable(Type.String()),
    created_at: Time,
    last_used_at: Time,
  },
  closed,
);
export type Identity = Static<typeof Identity>;
export const IdentityList = Type.Object({ data: Type.Array(Identity) }, closed);

export const Session = Type.Object(
  {
    id: Id,
    current: Type.Boolean({ description: 'The one that asks.' }),
    via: Via,
    device: Type.String({ description: 'Browser and system, as the browser tells.' }),
    address: Nullable(Type.String({ description: 'Where it was used from last.' })),
    created_at: Time,
    last_used_at: Time,
    expires_at: Type.String({ format: 'date-time', description: 'It ends then, however much it is used.' }),
    idle_expires_at: Type.String({
      format: 'date-time',
      description: 'It ends then unless it is used before.',
    }),
  },
  closed,
);
export type Session = Static<typeof Session>;
export const SessionList = Type.Object({ data: Type.Array(Session) }, closed);
export const Revoked = Type.Object({ revoked: Type.Integer() }, closed);

const Scope = Literals(scopes);
const token = {
  name: Type.String({ minLength: 1, maxLength: 80, pattern: '\\S' }),
  scopes: Type.Array(Scope, { minItems: 1, maxItems: scopes.length, uniqueItems: true }),
};
export const Token = Type.Object(
  {
    id: Id,
    ...token,
    hint: Type.String({ description: 'Its last four characters.' }),
    project_id: Nullable(Id),
    spend_cap: Nullable(Type.Object({ limit: Money, spent: Money }, closed)),
    generation_limit: Nullable(Type.Integer()),
    created_at: Time,
    expires_at: Nullable(Time),
    last_used_at: Nullable(Time),
    last_used_address: Nullable(Type.String()),
  },
  closed,
);
export type Token = Static<typeof Token>;
export const TokenList = Type.Object({ data: Type.Array(Token) }, closed);

export const CreateToken = Type.Object(
  {
    ...token,
    expires_in_days: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 365, description: 'Left out: 90 days.' }),
    ),
    project_id: Type.Optional(Id),
    spend_cap: Type.Optional(Amount),
    generation_limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10_000,
        description: 'Generations in a window, where that is less than what its owner may.',
      }),
    ),
  },
  closed,
);
export type CreateToken = Static<typeof CreateToken>;
export const CreatedToken = Type.Object(
  { token: Token, secret: Type.String({ description: 'Shown this once.' }) },
  closed,
);
export type CreatedToken = Static<typeof CreatedToken>;
