import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type Configuration } from 'oidc-provider';

/** What the provider says of a person; the person's name at the login page is its `sub`. */
export interface OidcAccount {
  sub: string;
  name?: string;
  email?: string;
  email_verified?: boolean;
  groups?: string[];
}

export type OidcProvider = Awaited<ReturnType<typeof startOidcProvider>>;

/**
 * A real OpenID provider over loopback http. Whoever enters the name of an account at its login page is that account;
 * it asks for no password and no consent.
 *
 * @param options.redirectUris where it may send browsers back to, such as `<PUBLIC_URL>/auth/oidc/callback`
 * @param options.port 0, or left out, for any that is free
 * @param options.claimsInIdToken false: the e-mail is told at the userinfo endpoint alone
 */
export async function startOidcProvider(options: {
  accounts: readonly OidcAccount[];
  redirectUris: readonly string[];
  port?: number;
  claimsInIdToken?: boolean;
}) {
  const { redirectUris, port = 0, claimsInIdToken = true } = options;
  const accounts = new Map(options.accounts.map((account) => [account.sub, account]));
  const client = { id: 'veogate', secret: 'a-client-secret-of-the-tests' };
  const server = createServer();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
  const configuration: Configuration = {
    clients: [{ client_id: client.id, client_secret: client.secret, redirect_uris: [...redirectUris] }],
    jwks: { keys: [{ ...key, kid: 'of-the-tests', use: 'sig', alg: 'RS256' }] } as NonNullable<
      Configuration['jwks']
    >,
    cookies: { keys: ['of-the-tests'] },
    claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'], groups: ['groups'] },
    conformIdTokenClaims: !claimsInIdToken,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/login/${uid}` },
    findAccount: (_, sub) => {
      const account = accounts.get(sub);
      return account && { accountId: sub, claims: () => ({ ...account }) };
    },
    ttl: { Session: 600, Interaction: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
    // Whoever came here agrees.
    async loadExistingGrant({ oidc }) {
      const accountId = oidc.session?.accountId;
      if (!oidc.client || !accountId) return undefined;
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId });
      grant.addOIDCScope('openid profile email groups');
      await grant.save();
      return grant;
    },
  };
  const provider = new Provider(issuer, configuration);
  const answer = provider.callback();
  let tokenCalls = 0;

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.url === '/token') tokenCalls += 1;
    if (!request.url?.startsWith('/login/')) answer(request, response);
    else logIn(request, response).catch((error: unknown) => response.writeHead(400).end(String(error)));
  });

  async function logIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') {
      response.writeHead(200, { 'content-type': 'text/html' }).end(LOGIN_PAGE);
      return;
    }
    const name = new URLSearchParams(await read(request)).get('name') ?? '';
    const result = accounts.has(name)
      ? { login: { accountId: name } }
      : { error: 'access_denied', error_description: 'Nobody has that name.' };
    await provider.interactionFinished(request, response, result);
  }

  return {
    issuer,
    client,
    /** How often somebody asked for a token. */
    tokenCalls: () => tokenCalls,

    /**
     * Goes through the login page as a browser would. An unknown name is one that the provider denies.
     *
     * @param url where a sign-in begins
     * @returns where the browser is sent back to
     */
    async logIn(url: string, name: string): Promise<string> {
      const cookies = new Map<string, string>();
      const go = async (to: string, form?: Record<string, string>): Promise<string> => {
        const cookie = [...cookies].map(([key, value]) => `${key}=${value}`).join('; ');
        const answer = await fetch(to, {
          redirect: 'manual',
          headers: { cookie },
          ...(form && { method: 'POST', body: new URLSearchParams(form) }),
        });
        for (const line of answer.headers.getSetCookie()) {
          const [, key = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
          cookies.set(key, value);
        }
        const location = answer.headers.get('location');
        if (!location) throw new Error(`The provider answered ${answer.status}: ${await answer.text()}`);
        return new URL(location, to).href;
      };
      const first = await go(url);
      // What is wrong with the request itself is told at once.
      if (!first.startsWith(issuer)) return first;
      const resumed = await go(first, { name });
      return go(resumed);
    },

    async close(): Promise<void> {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const LOGIN_PAGE = `<!doctype html>
<title>Sign in at the test provider</title>
<form method="post">
  <label>Name <input name="name" autofocus></label>
  <button>Sign in</button>
</form>`;

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString();
}
