import oauth2, { type FastifyOAuth2Options } from '@fastify/oauth2';
import { AppError } from '@veogate/shared/domain/errors';
import fastify from 'fastify';

/** How long a provider may take to answer. Milliseconds. */
export const PROVIDER_TIMEOUT_MS = 5_000;
/** No answer of a provider is longer. Bytes. */
const ANSWER_MAX = 1024 * 1024;

/** What of simple-oauth2 is used; the plugin's own types leave it out. */
interface Decorated {
  oauth2: {
    authorizeURL(params: Record<string, string>): string;
    getToken(params: Record<string, string>): Promise<{ token: Record<string, unknown> }>;
  };
}

/** Where a provider takes what, and as whom we come. */
export interface ClientSettings {
  id: string;
  secret: string;
  authorizeUrl: string;
  tokenUrl: string;
  /** How the secret is sent. */
  secretIn: 'header' | 'body';
  redirectUri: string;
}

/** What goes with a browser to its provider. */
export interface Outbound {
  state: string;
  nonce: string;
  /** PKCE, S256. */
  challenge: string;
}

export interface OAuthClient {
  authorizeUrl(outbound: Outbound & { scope: string }): string;
  /** Throws `sign_in_denied` where the provider does not take the code, `sign_in_unavailable` where it fails. */
  exchange(code: string, verifier: string): Promise<{ accessToken: string; idToken: string | null }>;
}

/**
 * The client of @fastify/oauth2, and nothing else of it: its routes and its state cookie are not enough. It lives in
 * an instance that serves nothing, so that a provider can be found after the service has started.
 */
export async function createOAuthClient(settings: ClientSettings): Promise<OAuthClient> {
  const { id, secret, secretIn, redirectUri } = settings;
  const [authorize, token] = [new URL(settings.authorizeUrl), new URL(settings.tokenUrl)];
  const host = fastify();
  const options: FastifyOAuth2Options = {
    name: 'provider',
    callbackUri: redirectUri,
    credentials: {
      client: { id, secret },
      auth: {
        authorizeHost: authorize.origin,
        authorizePath: authorize.pathname + authorize.search,
        tokenHost: token.origin,
        tokenPath: token.pathname + token.search,
      },
      options: { authorizationMethod: secretIn },
      http: { timeout: PROVIDER_TIMEOUT_MS, maxBytes: ANSWER_MAX },
    },
  };
  await host.register(oauth2, options);
  await host.ready();
  const client = host.getDecorator<Decorated>('provider').oauth2;

  return {
    authorizeUrl({ scope, state, nonce, challenge }) {
      const pkce = { code_challenge: challenge, code_challenge_method: 'S256' };
      const params = { redirect_uri: redirectUri, scope, state, nonce, ...pkce };
      return client.authorizeURL(params);
    },

    async exchange(code, verifier) {
      const params = { code, redirect_uri: redirectUri, code_verifier: verifier };
      const answer: Record<string, unknown> = await client.getToken(params).then(
        ({ token }) => ({ ...token }),
        // The cause is kept from everybody: it holds the request, with the code and our secret.
        (error: unknown) => ({ error: isRefusal(error) ? 'invalid_grant' : 'unavailable' }),
      );
      // GitHub says 200 also where it refuses.
      if (answer['error'] === 'invalid_grant' || answer['error'] === 'bad_verification_code')
        throw new AppError('sign_in_denied', 'The provider did not take its own code back.');
      const { access_token: accessToken, id_token: idToken } = answer;
      if (typeof accessToken !== 'string' || answer['error'] !== undefined)
        throw new AppError('sign_in_unavailable');
      return { accessToken, idToken: typeof idToken === 'string' ? idToken : null };
    },
  };
}

/** Whether the provider answered that this code is not good, rather than that it, or our set-up, is broken. */
function isRefusal(error: unknown): boolean {
  const { data } = error as { data?: { payload?: { error?: unknown } } };
  return data?.payload?.error === 'invalid_grant';
}
