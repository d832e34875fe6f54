import { type Static, Type } from 'typebox';
import { oauthProviders } from '../domain/profiles.ts';
import { closed, Literals } from './common.ts';

export const Launch = Type.Object({ token: Type.String({ minLength: 1, maxLength: 200 }) }, closed);

export const ProviderParams = Type.Object({ provider: Literals(oauthProviders) }, closed);

const ReturnTo = Type.String({
  maxLength: 500,
  description: 'A path of this service to come back to; anything else leads to its first page.',
});

/** Begins a sign-in at an identity provider. */
export const BeginSignIn = Type.Object(
  {
    return_to: Type.Optional(ReturnTo),
    invitation: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: 'The token of an invitation link.' }),
    ),
  },
  closed,
);
export type BeginSignIn = Static<typeof BeginSignIn>;
export const BeginSignInQuery = Type.Object({ return_to: Type.Optional(ReturnTo) }, closed);
export const SignInBegun = Type.Object(
  { url: Type.String({ description: 'Where the browser goes to sign in.' }) },
  closed,
);

/** What a provider sends back; whatever else it adds is ignored. */
export const CallbackQuery = Type.Object({
  state: Type.Optional(Type.String({ maxLength: 500 })),
  code: Type.Optional(Type.String({ maxLength: 2_000 })),
  error: Type.Optional(Type.String({ maxLength: 200 })),
  iss: Type.Optional(Type.String({ maxLength: 500 })),
});

/** The team's password, and a name: claimed at its first use, with a PIN of its own. */
export const PasswordSignIn = Type.Object(
  {
    password: Type.String({ minLength: 1, maxLength: 500 }),
    display_name: Type.String({ minLength: 1, maxLength: 40, pattern: '\\S' }),
    pin: Type.String({ minLength: 6, maxLength: 64, description: 'At least six characters.' }),
  },
  closed,
);
export type PasswordSignIn = Static<typeof PasswordSignIn>;
export const PasswordSignedIn = Type.Object(
  { claimed: Type.Boolean({ description: 'The name was new, and is yours now.' }) },
  closed,
);
