import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './support/api.ts';

const ORIGIN = 'https://veogate.test';
const CLIENT_ID = 'veogate';

/** A provider that says what a test has it say. */
let issuer: string;
let api: TestApi;
let idToken: string | undefined;
let isDown = true;
const ours = await generateKeyPair('RS256');
const theirs = await generateKeyPair('RS256');
const jwk = { ...(await exportJWK(ours.publicKey)), kid: 'ours', alg: 'RS256', use: 'sig' };
const server = createServer((request, response) => {
  const answers: Record<string, unknown> = {
    '/.well-known/openid-configuration': {
      issuer,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
    },
    '/jwks': { keys: [jwk] },
    '/token': { access_token: 'an-access-token', token_type: 'Bearer', id_token: idToken },
  };
  const answer = isDown ? undefined : answers[request.url ?? ''];
  response.writeHead(answer ? 200 : 503, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer ?? {}));
});

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  api = await startTestApi({
    ACCESS_PROFILE: 'public',
    PUBLIC_URL: ORIGIN,
    OAUTH_OIDC_ISSUER: issuer,
    OAUTH_OIDC_CLIENT_ID: CLIENT_ID,
    OAUTH_OIDC_CLIENT_SECRET: 'a-secret-of-the-client',
  });
});
afterAll(async () => {
  await api?.close();
  server.closeAllConnections();
  server.close();
});

const begin = () =>
  api.call<{ url: string; code?: string }>('POST', '/auth/oidc', { as: { origin: ORIGIN }, body: {} });
const now = () => Math.floor(Date.now() / 1000);

/** Signs in with the ID token that `make` makes of honest claims. */
async function present(make: (claims: Record<string, unknown>) => Promise<string | undefined> | string) {
  const begun = await begin();
  const params = new URL(begun.body.url).searchParams;
  const claims = {
    iss: issuer,
    aud: CLIENT_ID,
    sub: 'ada',
    nonce: params.get('nonce'),
    iat: now(),
    exp: now() + 300,
  };
  idToken = await make(claims);
  const cookie = String(begun.headers['set-cookie']).split(';')[0] ?? '';
  const url = `/auth/oidc/callback?code=a-code&state=${params.get('state')}`;
  return api.call<{ code?: string }>('GET', url, { as: { cookie } });
}
const sign = (claims: Record<string, unknown>, key = ours.privateKey) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'ours' }).sign(key);

describe('a provider', () => {
  it('that is away at the start answers 502, and serves once it is back', async () => {
    expect(await begin()).toMatchObject({ status: 502, body: { code: 'sign_in_unavailable' } });
    isDown = false;
    expect((await begin()).status).toBe(200);
    expect((await present((claims) => sign(claims))).status).toBe(303);
  });
});

describe('an ID token', () => {
  it.each<[string, (claims: Record<string, unknown>) => Promise<string | undefined> | string]>([
    ['of another nonce', (claims) => sign({ ...claims, nonce: 'another' })],
    ['without a nonce', ({ nonce: _, ...claims }) => sign(claims)],
    ['for somebody else', (claims) => sign({ ...claims, aud: 'another-client' })],
    ['for us and others', (claims) => sign({ ...claims, aud: [CLIENT_ID, 'another-client'] })],
    ['that another one asked for', (claims) => sign({ ...claims, azp: 'another-client' })],
    ['of another issuer', (claims) => sign({ ...claims, iss: 'https://evil.test' })],
    ['that is over', (claims) => sign({ ...claims, exp: now() - 600 })],
    ['without an end', ({ exp: _, ...claims }) => sign(claims)],
    ['without a subject', ({ sub: _, ...claims }) => sign(claims)],
    ['signed by another key', (claims) => sign(claims, theirs.privateKey)],
    ['that nobody signed', (claims) => new UnsecuredJWT(claims).encode()],
    [
      'signed with the secret that both sides know',
      (claims) =>
        new SignJWT(claims)
          .setProtectedHeader({ alg: 'HS256' })
          .sign(new TextEncoder().encode('a-secret-of-the-client'.padEnd(32, '.'))),
    ],
    ['that is missing', async () => undefined],
    ['that is none', () => 'not-a-token'],
  ])('%s proves nothing', async (_, make) => {
    isDown = false;
    const answer = await present(make);
    expect([answer.status, answer.body.code]).toEqual([403, 'identity_unverified']);
    expect(answer.headers['set-cookie']).not.toContain('__Host-veogate=');
  });
});

describe('what is no text in an ID token', () => {
  it('does not get as far as the database', async () => {
    const broken = { name: 'A\u0000da', email: 'a\u0000@example.test', groups: ['g\u0000'] };
    expect((await present((claims) => sign({ ...claims, ...broken, sub: 'broken' }))).status).toBe(303);
    const nobody = await present((claims) => sign({ ...claims, sub: 'a\u0000da' }));
    expect([nobody.status, nobody.body.code]).toEqual([403, 'identity_unverified']);
  });
});

describe('ways in that are not set up', () => {
  it.each(['google', 'github'])('are not there: %s', async (provider) => {
    const options = { as: { origin: ORIGIN }, body: {} };
    expect((await api.call('POST', `/auth/${provider}`, options)).status).toBe(404);
    expect((await api.call('GET', `/auth/${provider}/callback?code=x&state=y`)).status).toBe(404);
  });
});
