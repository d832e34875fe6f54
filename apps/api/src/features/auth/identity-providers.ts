import { AppError } from '@veogate/shared/domain/errors';
import { configuredProviders, type OAuthProvider, signsInByOAuth } from '@veogate/shared/domain/profiles';
import type { Services } from '../../services.ts';
import { createGitHubProvider } from './github-provider.ts';
import type { IdentityProvider } from './identity-provider.ts';
import { createOpenIdProvider } from './openid-provider.ts';

/** The providers that are set up; asking for another one throws `not_found`. */
export function createIdentityProviders(
  config: Services['config'],
): (provider: OAuthProvider) => IdentityProvider {
  const { ACCESS_PROFILE, PUBLIC_URL } = config;
  const providers = new Map<OAuthProvider, IdentityProvider>();
  for (const provider of signsInByOAuth(ACCESS_PROFILE) ? configuredProviders(config) : []) {
    const made = PUBLIC_URL && create(provider, config, new URL(PUBLIC_URL).origin);
    if (made) providers.set(provider, made);
  }
  return (provider) => {
    const found = providers.get(provider);
    if (!found) throw new AppError('not_found', 'This way to sign in is not set up here.');
    return found;
  };
}

/** Null where half of its settings is missing. */
function create(
  provider: OAuthProvider,
  config: Services['config'],
  origin: string,
): IdentityProvider | null {
  const name = provider.toUpperCase() as Uppercase<OAuthProvider>;
  const [clientId, clientSecret] = [config[`OAUTH_${name}_CLIENT_ID`], config[`OAUTH_${name}_CLIENT_SECRET`]];
  if (!clientId || !clientSecret) return null;
  const redirectUri = `${origin}/auth/${provider}/callback`;
  const settings = { provider, clientId, clientSecret, redirectUri };
  if (provider === 'github')
    return createGitHubProvider(settings, {
      url: config.OAUTH_GITHUB_URL,
      apiUrl: config.OAUTH_GITHUB_API_URL,
    });
  const issuer = provider === 'google' ? config.OAUTH_GOOGLE_ISSUER : config.OAUTH_OIDC_ISSUER;
  return issuer ? createOpenIdProvider(settings, issuer) : null;
}
