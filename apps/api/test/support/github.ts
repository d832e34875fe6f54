import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface GitHubAccount {
  id: number;
  login: string;
  name: string | null;
  emails: { email: string; primary: boolean; verified: boolean }[];
}

/** GitHub's way of OAuth on the wire: errors come with 200, answers as JSON where that is asked for. */
export async function startGitHub() {
  const client = { id: 'github-client', secret: 'github-client-secret' };
  const codes = new Map<string, { challenge: string; redirectUri: string; account: GitHubAccount }>();
  const tokens = new Map<string, GitHubAccount>();
  let tokenCalls = 0;
  let account: GitHubAccount = {
    id: 42,
    login: 'ada',
    name: 'Ada',
    emails: [{ email: 'ada@example.test', primary: true, verified: true }],
  };

  function exchange(form: URLSearchParams): Record<string, string> {
    const code = form.get('code') ?? '';
    const issued = codes.get(code);
    codes.delete(code);
    if (form.get('client_id') !== client.id || form.get('client_secret') !== client.secret)
      return { error: 'incorrect_client_credentials' };
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (!issued || issued.challenge !== challenge) return { error: 'bad_verification_code' };
    if (issued.redirectUri !== form.get('redirect_uri')) return { error: 'redirect_uri_mismatch' };
    const token = `gho_${randomBytes(18).toString('hex')}`;
    tokens.set(token, issued.account);
    return { access_token: token, scope: 'read:user,user:email', token_type: 'bearer' };
  }

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://github.test');
    const json = (body: unknown, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (url.pathname === '/login/oauth/authorize') {
      const { redirect_uri = '', state = '', code_challenge = '' } = Object.fromEntries(url.searchParams);
      const code = randomBytes(10).toString('hex');
      codes.set(code, { challenge: code_challenge, redirectUri: redirect_uri, account });
      const back = new URL(redirect_uri);
      back.search = new URLSearchParams({ code, state }).toString();
      return response.writeHead(302, { location: back.href }).end();
    }
    if (url.pathname === '/login/oauth/access_token') {
      tokenCalls += 1;
      const answer = exchange(new URLSearchParams(await read(request)));
      if (request.headers.accept?.includes('json')) return json(answer);
      return response
        .writeHead(200, { 'content-type': 'application/x-www-form-urlencoded' })
        .end(new URLSearchParams(answer).toString());
    }
    const who = tokens.get(request.headers.authorization?.replace(/^Bearer /, '') ?? '');
    if (!who) return json({ message: 'Bad credentials' }, 401);
    const { emails, ...user } = who;
    if (url.pathname === '/api/user') return json(user);
    if (url.pathname === '/api/user/emails') return json(emails);
    return json({ message: 'Not Found' }, 404);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    env: {
      OAUTH_GITHUB_CLIENT_ID: client.id,
      OAUTH_GITHUB_CLIENT_SECRET: client.secret,
      OAUTH_GITHUB_URL: url,
      OAUTH_GITHUB_API_URL: `${url}/api`,
    },
    tokenCalls: () => tokenCalls,

    /** Whoever sits before the browser from now on. */
    be: (next: Partial<GitHubAccount>) => {
      account = { ...account, ...next };
    },

    /** Where the browser is sent back to. */
    async logIn(to: string): Promise<string> {
      const { headers } = await fetch(to, { redirect: 'manual' });
      return headers.get('location') ?? '';
    },

    async close(): Promise<void> {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString();
}
