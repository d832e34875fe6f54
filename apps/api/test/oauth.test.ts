import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OidcProvider, startOidcProvider } from '../../../test/support/oidc-provider.ts';
import { startTestApi, type TestApi } from './support/api.ts';
import { startGitHub } from './support/github.ts';

const ORIGIN = 'https://veogate.test';
const anonymous = { origin: ORIGIN };
const person = (sub: string, more = {}) => ({
  sub,
  name: sub,
  email: `${sub}@example.test`,
  email_verified: true,
  ...more,
});

let oidc: OidcProvider;
let github: Awaited<ReturnType<typeof startGitHub>>;
let api: TestApi;
beforeAll(async () => {
  github = await startGitHub();
  oidc = await startOidcProvider({
    accounts: [
      person('ada'),
      person('bob'),
      person('carol'),
      person('dora'),
      person('boss'),
      person('liar', { email: 'boss@example.test', email_verified: false }),
    ],
    redirectUris: [`${ORIGIN}/auth/oidc/callback`, `${ORIGIN}/auth/google/callback`],
  });
  api = await startTestApi({
    ACCESS_PROFILE: 'public',
    PUBLIC_URL: ORIGIN,
    OAUTH_OIDC_ISSUER: oidc.issuer,
    OAUTH_OIDC_CLIENT_ID: oidc.client.id,
    OAUTH_OIDC_CLIENT_SECRET: oidc.client.secret,
    OAUTH_GOOGLE_ISSUER: oidc.issuer,
    OAUTH_GOOGLE_CLIENT_ID: oidc.client.id,
    OAUTH_GOOGLE_CLIENT_SECRET: oidc.client.secret,
    ADMIN_EMAILS: 'boss@example.test',
    CLAIM_CODE: 'a-claim-code-of-the-tests',
    ...github.env,
  });
});
afterAll(async () => {
  await api?.close();
  await oidc?.close();
  await github?.close();
});

const cookieOf = (headers: Record<string, unknown>, name: string) =>
  [headers['set-cookie'] ?? []]
    .flat()
    .map((line) => String(line).split(';')[0] ?? '')
    .find((pair) => pair.startsWith(`${name}=`) && !pair.endsWith('=')) ?? '';

async function begin(provider: string, body = {}, headers: Record<string, string> = {}) {
  const answer = await api.call<{ url: string }>('POST', `/auth/${provider}`, {
    as: anonymous,
    body,
    headers,
  });
  return { ...answer, url: answer.body.url, flow: cookieOf(answer.headers, '__Host-veogate_flow') };
}
const comeBack = (url: string, cookie: string, headers: Record<string, string> = {}) => {
  const { pathname, search } = new URL(url);
  return api.call<{ code?: string }>('GET', pathname + search, { as: { cookie }, headers });
};
async function signIn(provider: 'oidc' | 'google' | 'github', name = '', body = {}) {
  const { url, flow } = await begin(provider, body);
  const back = provider === 'github' ? await github.logIn(url) : await oidc.logIn(url, name);
  const answer = await comeBack(back, flow);
  return { ...answer, as: { cookie: cookieOf(answer.headers, '__Host-veogate'), origin: ORIGIN } };
}
const me = async (as: Record<string, string>) =>
  (await api.call<{ id: string; role: string; display_name: string }>('GET', '/v1/me', { as })).body;

describe('a sign-in at a provider', () => {
  it.each(['oidc', 'google'] as const)(
    'lets somebody in by %s, and back where they were',
    async (provider) => {
      const answer = await signIn(provider, 'ada', { return_to: '/projects?x=1' });
      expect(answer.status, answer.text).toBe(303);
      expect(answer.headers['location']).toBe('/projects?x=1');
      expect((await me(answer.as)).display_name).toBe('ada');
    },
  );

  it('lets somebody in by GitHub, keyed by the number and not by the login', async () => {
    const first = await signIn('github');
    expect(first.status, first.text).toBe(303);
    const { id } = await me(first.as);
    github.be({ login: 'renamed', name: null });
    expect((await me((await signIn('github')).as)).id).toBe(id);
    github.be({ id: 43, login: 'ada' });
    expect((await me((await signIn('github')).as)).id).not.toBe(id);
  });

  it('makes a newcomer of the same e-mail at another provider', async () => {
    const [one, other] = [await signIn('oidc', 'bob'), await signIn('google', 'bob')];
    expect((await me(one.as)).id).not.toBe((await me(other.as)).id);
  });

  it('is an administrator with a listed address, if that is verified', async () => {
    expect((await me((await signIn('oidc', 'boss')).as)).role).toBe('admin');
    const liar = await signIn('oidc', 'liar');
    expect([liar.status, liar.body.code]).toEqual([403, 'email_unverified']);
  });

  it('asks for PKCE, a nonce and our own callback, whatever the proxy headers say', async () => {
    const { url } = await begin('oidc', {}, { 'x-forwarded-host': 'evil.test' });
    const params = new URL(url).searchParams;
    expect(params.get('redirect_uri')).toBe(`${ORIGIN}/auth/oidc/callback`);
    expect(params.get('code_challenge_method')).toBe('S256');
    expect(params.get('nonce')).toMatch(/^[\w-]{43}$/);
    expect(params.get('state')).toMatch(/^[\w-]{43}$/);
  });

  it.each(['//evil.test', '/\\evil.test', '/.//evil.test', 'https://evil.test', '/\tevil', 'evil'])(
    'does not lead on to %j',
    async (return_to) => {
      expect((await signIn('oidc', 'ada', { return_to })).headers['location']).toBe('/');
    },
  );

  it('keeps and logs nothing that the provider or the browser could be robbed of', async () => {
    const { url, flow } = await begin('oidc');
    const back = await oidc.logIn(url, 'ada');
    await comeBack(back, flow);
    const params = new URL(back).searchParams;
    for (const secret of [params.get('code'), params.get('state'), flow.split('=')[1]])
      expect(api.logs()).not.toContain(secret);
  });
});

describe('a callback that nobody should get through', () => {
  const expectRefusal = async (answer: { status: number; body: { code?: string } }, calls: number) => {
    expect([answer.status, answer.body.code]).toEqual([400, 'sign_in_state']);
    expect(oidc.tokenCalls() + github.tokenCalls()).toBe(calls);
  };
  const calls = () => oidc.tokenCalls() + github.tokenCalls();

  it('is refused a second time, without a call to the provider', async () => {
    const { url, flow } = await begin('oidc');
    const back = await oidc.logIn(url, 'ada');
    expect((await comeBack(back, flow)).status).toBe(303);
    const before = calls();
    await expectRefusal(await comeBack(back, flow), before);
  });

  it('is let through once, however many come at the same moment', async () => {
    const { url, flow } = await begin('oidc');
    const back = await oidc.logIn(url, 'ada');
    const answers = await Promise.all(Array.from({ length: 5 }, () => comeBack(back, flow)));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 400, 400, 400, 400]);
  });

  it('is refused with the state of another provider', async () => {
    const { url, flow } = await begin('google');
    const back = (await oidc.logIn(url, 'ada')).replace('/auth/google/', '/auth/github/');
    const before = calls();
    await expectRefusal(await comeBack(back, flow), before);
  });

  it('is refused in another browser, in one with a planted cookie, and in one with none', async () => {
    const other = (await begin('oidc')).flow;
    for (const cookie of [other, '__Host-veogate_flow=planted', 'x=y']) {
      const back = await oidc.logIn((await begin('oidc')).url, 'ada');
      const before = calls();
      await expectRefusal(await comeBack(back, cookie), before);
    }
  });

  it('is refused without a state, or after ten minutes', async () => {
    const { url, flow } = await begin('oidc');
    const back = await oidc.logIn(url, 'ada');
    const before = calls();
    const bare = back.replace(/state=[^&]+&?/, '');
    await expectRefusal(await comeBack(bare, flow), before);
    await api.db.signInFlow.updateMany({ data: { expiresAt: new Date(Date.now() - 1) } });
    await expectRefusal(await comeBack(back, flow), before);
  });

  it('is refused where the answer is of another issuer, or of none', async () => {
    for (const iss of ['iss=http%3A%2F%2Fevil.test', '']) {
      const { url, flow } = await begin('oidc');
      const back = (await oidc.logIn(url, 'ada')).replace(/iss=[^&]+/, iss);
      const before = calls();
      const answer = await comeBack(back, flow);
      expect(answer.body.code).toBe('identity_unverified');
      expect(calls()).toBe(before);
    }
  });

  it('tells a browser in a page of that status, which leads on to the sign-in page', async () => {
    const { url, flow } = await begin('oidc');
    const back = await oidc.logIn(url, 'nobody');
    const answer = await comeBack(back, flow, { accept: 'text/html' });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('content="0;url=/sign-in?problem=sign_in_denied"');
    expect(answer.headers['cache-control']).toBe('no-store');
  });
});

describe('the identities of an account', () => {
  const link = (as: Record<string, string>) =>
    api.call<{ url: string }>('POST', '/v1/me/identities/google', { as });
  const list = async (as: Record<string, string>) =>
    (await api.call<{ data: { id: string }[] }>('GET', '/v1/me/identities', { as })).body.data;

  it('are linked in a session that gets a new id, and unlinked down to the last', async () => {
    const { as } = await signIn('oidc', 'carol');
    const begun = await link(as);
    const flow = cookieOf(begun.headers, '__Host-veogate_flow');
    const answer = await comeBack(await oidc.logIn(begun.body.url, 'carol'), `${as.cookie}; ${flow}`);
    expect(answer.status, answer.text).toBe(303);
    const renewed = { cookie: cookieOf(answer.headers, '__Host-veogate'), origin: ORIGIN };
    expect((await api.call('GET', '/v1/me', { as })).status).toBe(401);
    const [first, second] = await list(renewed);
    const unlink = (id = '') => api.call('DELETE', `/v1/me/identities/${id}`, { as: renewed });
    expect((await unlink(second?.id)).status).toBe(204);
    expect((await unlink(first?.id)).body['code']).toBe('last_identity');
  });

  it('stay with the account that has them', async () => {
    await signIn('google', 'bob');
    const { as } = await signIn('oidc', 'dora');
    const begun = await link(as);
    const flow = cookieOf(begun.headers, '__Host-veogate_flow');
    const answer = await comeBack(await oidc.logIn(begun.body.url, 'bob'), `${as.cookie}; ${flow}`);
    expect([answer.status, answer.body.code]).toEqual([409, 'identity_taken']);
  });

  it('need a fresh sign-in', async () => {
    const { as } = await signIn('oidc', 'dora');
    await api.db.session.updateMany({ data: { createdAt: new Date(Date.now() - 31 * 60_000) } });
    expect((await link(as)).body).toMatchObject({ code: 'sign_in_again' });
  });
});

describe('the first administrator', () => {
  it('is the one of twenty who claim it at once; a wrong code is refused and noted', async () => {
    await api.db.user.updateMany({ data: { role: 'member' } });
    const people = await Promise.all(Array.from({ length: 20 }, (_, n) => api.addPerson(`Guest ${n}`)));
    const claim = (as: Record<string, string>, code: string) =>
      api.call('POST', '/v1/me/claim-admin', { as, body: { code } });
    const first = people[0]?.as ?? {};
    expect((await api.call('GET', '/v1/me', { as: first })).body['can_claim_admin']).toBe(true);
    expect((await claim(first, 'a-wrong-code-of-the-tests')).body['code']).toBe('claim_refused');
    expect(await api.db.auditEvent.count({ where: { detail: { path: ['via'], equals: 'claim' } } })).toBe(1);
    const answers = await Promise.all(people.map(({ as }) => claim(as, 'a-claim-code-of-the-tests')));
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    expect(await api.db.user.count({ where: { role: 'admin' } })).toBe(1);
  });
});
