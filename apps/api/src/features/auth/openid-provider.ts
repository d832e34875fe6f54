import { AppError } from '@veogate/shared/domain/errors';
import { createRemoteJWKSet } from 'jose';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { checkIdToken, type IdTokenRules, toPerson } from './id-token.ts';
import type { IdentityProvider, ProviderSettings } from './identity-provider.ts';
import { createOAuthClient, type OAuthClient, PROVIDER_TIMEOUT_MS } from './oauth-client.ts';
import { fetchJson } from './provider-http.ts';

/** A provider may move; it is asked anew after so long. Milliseconds. */
const KEPT_MS = 60 * 60_000;

const Metadata = Type.Object({
  issuer: Type.String(),
  authorization_endpoint: Type.String(),
  token_endpoint: Type.String(),
  jwks_uri: Type.String(),
  userinfo_endpoint: Type.Optional(Type.String()),
  scopes_supported: Type.Optional(Type.Array(Type.String())),
  token_endpoint_auth_methods_supported: Type.Optional(Type.Array(Type.String())),
  authorization_response_iss_parameter_supported: Type.Optional(Type.Boolean()),
});
type Metadata = Type.Static<typeof Metadata>;

interface Discovered {
  metadata: Metadata;
  client: OAuthClient;
  rules: IdTokenRules;
}

/**
 * A provider that describes itself (OpenID Connect Discovery). It is asked when it is needed, so that one which is
 * away keeps nobody else out, and what it said is kept for a while.
 */
export function createOpenIdProvider(settings: ProviderSettings, issuer: string): IdentityProvider {
  let known: { at: number; found: Promise<Discovered> } | null = null;

  function find(): Promise<Discovered> {
    if (!known || Date.now() - known.at > KEPT_MS) {
      const asked = { at: Date.now(), found: discover(settings, issuer) };
      // What failed is not kept.
      asked.found.catch(() => {
        if (known === asked) known = null;
      });
      known = asked;
    }
    return known.found;
  }

  return {
    async authorizeUrl(outbound) {
      const { client, metadata } = await find();
      const groups = metadata.scopes_supported?.includes('groups') ? ' groups' : '';
      return client.authorizeUrl({ ...outbound, scope: `openid email profile${groups}` });
    },

    async identify({ code, iss, verifier, nonce }) {
      const { client, metadata, rules } = await find();
      // Another provider's answer must not reach this one's token endpoint (RFC 9207).
      const isPromised = metadata.authorization_response_iss_parameter_supported === true;
      if (iss === undefined ? isPromised : iss !== metadata.issuer)
        throw new AppError('identity_unverified', 'The answer came from another provider.');
      const { idToken, accessToken } = await client.exchange(code, verifier);
      if (!idToken) throw new AppError('identity_unverified', 'The provider sent no ID token.');
      const claims = await checkIdToken(idToken, nonce, rules);
      if (claims['email'] !== undefined || !metadata.userinfo_endpoint) return toPerson(claims);
      const more = await fetchJson(metadata.userinfo_endpoint, accessToken);
      const isSame = typeof more === 'object' && more !== null && 'sub' in more && more.sub === claims.sub;
      if (!isSame) throw new AppError('identity_unverified', 'The provider spoke of two people.');
      return toPerson({ ...more, ...claims });
    },
  };
}

async function discover(settings: ProviderSettings, issuer: string): Promise<Discovered> {
  const base = issuer.replace(/\/$/, '');
  const metadata = await fetchJson(`${base}/.well-known/openid-configuration`);
  if (!Value.Check(Metadata, metadata) || metadata.issuer.replace(/\/$/, '') !== base || !isSafe(metadata))
    throw new AppError('sign_in_unavailable', 'The provider does not describe itself as it should.');
  const methods = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  const client = await createOAuthClient({
    id: settings.clientId,
    secret: settings.clientSecret,
    redirectUri: settings.redirectUri,
    authorizeUrl: metadata.authorization_endpoint,
    tokenUrl: metadata.token_endpoint,
    secretIn: methods.includes('client_secret_basic') ? 'header' : 'body',
  });
  const keys = createRemoteJWKSet(new URL(metadata.jwks_uri), { timeoutDuration: PROVIDER_TIMEOUT_MS });
  return { metadata, client, rules: { issuer: metadata.issuer, clientId: settings.clientId, keys } };
}

/** Whoever is found over HTTPS has nothing to say without it. */
function isSafe({ issuer, ...endpoints }: Metadata): boolean {
  const { authorization_endpoint, token_endpoint, jwks_uri, userinfo_endpoint = jwks_uri } = endpoints;
  const urls = [authorization_endpoint, token_endpoint, jwks_uri, userinfo_endpoint];
  const allowed = issuer.startsWith('https:') ? /^https:/ : /^https?:/;
  return urls.every((url) => URL.canParse(url) && allowed.test(url));
}
