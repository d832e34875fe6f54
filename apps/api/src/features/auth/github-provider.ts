import { AppError } from '@veogate/shared/domain/errors';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { IdentityProvider, ProviderSettings } from './identity-provider.ts';
import { createOAuthClient } from './oauth-client.ts';
import { fetchJson } from './provider-http.ts';

const SCOPE = 'read:user user:email';

const User = Type.Object({
  id: Type.Integer({ minimum: 1 }),
  login: Type.String(),
  name: Type.Optional(Type.Union([Type.String(), Type.Null()])),
});
const Emails = Type.Array(
  Type.Object({ email: Type.String(), primary: Type.Boolean(), verified: Type.Boolean() }),
);

/** GitHub, which speaks OAuth without OpenID: whom a token belongs to is asked of its API, with that very token. */
export function createGitHubProvider(
  settings: ProviderSettings,
  { url, apiUrl }: { url: string; apiUrl: string },
): IdentityProvider {
  const [site, api] = [url.replace(/\/$/, ''), apiUrl.replace(/\/$/, '')];
  const client = createOAuthClient({
    id: settings.clientId,
    secret: settings.clientSecret,
    redirectUri: settings.redirectUri,
    authorizeUrl: `${site}/login/oauth/authorize`,
    tokenUrl: `${site}/login/oauth/access_token`,
    secretIn: 'body',
  });

  return {
    authorizeUrl: async (outbound) => (await client).authorizeUrl({ ...outbound, scope: SCOPE }),

    // It names no issuer that an answer could be held against; its own callback and the flow's provider tell it apart.
    async identify({ code, verifier }) {
      const { accessToken } = await (await client).exchange(code, verifier);
      const [user, emails] = await Promise.all([
        fetchJson(`${api}/user`, accessToken),
        fetchJson(`${api}/user/emails`, accessToken),
      ]);
      if (!Value.Check(User, user) || !Value.Check(Emails, emails))
        throw new AppError('sign_in_unavailable', 'GitHub did not say who this is.');
      const primary = emails.find((one) => one.primary);
      return {
        // A login can be renamed, and taken by somebody else.
        subject: String(user.id),
        email: primary?.email ?? null,
        emailVerified: primary?.verified === true,
        name: user.name || user.login,
        groups: [],
      };
    },
  };
}
