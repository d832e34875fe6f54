import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { AccessProfile } from '../../src/domain/profiles.ts';
import type { SafetyFacts, SafetySettings } from '../../src/domain/safety/facts.ts';
import { judgeSafety } from '../../src/domain/safety.ts';

const NOW = new Date('2026-01-01T00:00:00Z');
const HASH = '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo';

const bare: SafetySettings = {
  ACCESS_PROFILE: 'local',
  HOST: '127.0.0.1',
  TLS: 'off',
  TRUSTED_PROXIES: [],
  ALLOWED_NETWORKS: [],
  ADMIN_EMAILS: [],
  ALERT_EMAILS: [],
  CAPTCHA: 'off',
  BUDGET_USER_MONTHLY: [],
  BUDGET_TOTAL_MONTHLY: [],
  RETENTION_HOURS: 168,
};
const invite: SafetySettings = {
  ...bare,
  ACCESS_PROFILE: 'invite',
  PUBLIC_URL: 'https://veogate.example',
  TRUSTED_PROXIES: ['127.0.0.1/32'],
  OAUTH_GITHUB_CLIENT_ID: 'id',
  OAUTH_GITHUB_CLIENT_SECRET: 'secret',
  ALERT_WEBHOOK_URL: 'https://chat.example/hook',
  ADMIN_EMAILS: ['ada@example.org'],
};
const complete: Record<AccessProfile, SafetySettings> = {
  local: bare,
  password: {
    ...bare,
    ACCESS_PROFILE: 'password',
    PUBLIC_URL: 'https://veogate.lan',
    TLS: 'internal',
    TEAM_PASSWORD_HASH: HASH,
    ALLOWED_NETWORKS: ['192.168.0.0/16'],
  },
  invite,
  public: {
    ...invite,
    ACCESS_PROFILE: 'public',
    REDIS_URL: 'redis://127.0.0.1:6379',
    CAPTCHA: 'altcha',
    TERMS_VERSION: '2026-01',
    BUDGET_USER_MONTHLY: ['50credits'],
    BUDGET_TOTAL_MONTHLY: ['500credits'],
  },
};

/** What each profile cannot do without: a name, and the settings without it. */
const needs: [AccessProfile, string, (settings: SafetySettings) => SafetySettings][] = [
  ['local', 'loopback', (s) => ({ ...s, HOST: '0.0.0.0' })],
  ['password', 'public-url', ({ PUBLIC_URL: _, ...s }) => s],
  ['password', 'https', (s) => ({ ...s, TLS: 'off' })],
  ['password', 'team-password', ({ TEAM_PASSWORD_HASH: _, ...s }) => s],
  ...(['invite', 'public'] as const).flatMap((profile): typeof needs => [
    [profile, 'public-url', ({ PUBLIC_URL: _, ...s }) => s],
    [profile, 'https', (s) => ({ ...s, TRUSTED_PROXIES: [] })],
    [profile, 'oauth', ({ OAUTH_GITHUB_CLIENT_ID: _, ...s }) => s],
    [profile, 'oauth', ({ OAUTH_GITHUB_CLIENT_SECRET: _, ...s }) => s],
    [profile, 'alerts', ({ ALERT_WEBHOOK_URL: _, ...s }) => s],
    [profile, 'admin', (s) => ({ ...s, ADMIN_EMAILS: [] })],
  ]),
  ['public', 'redis', ({ REDIS_URL: _, ...s }) => s],
  ['public', 'captcha', (s) => ({ ...s, CAPTCHA: 'off' })],
  ['public', 'terms', ({ TERMS_VERSION: _, ...s }) => s],
  ['public', 'budget-user', (s) => ({ ...s, BUDGET_USER_MONTHLY: [] })],
  ['public', 'budget-total', (s) => ({ ...s, BUDGET_TOTAL_MONTHLY: [] })],
];

const judge = (settings: SafetySettings, facts: SafetyFacts = {}) => judgeSafety(settings, facts, NOW);
const stateOf = (id: string, settings: SafetySettings, facts?: SafetyFacts) =>
  judge(settings, facts).checks.find((check) => check.id === id)?.state;
const missing = (settings: SafetySettings) =>
  judge(settings)
    .checks.filter(({ state }) => state === 'missing')
    .map(({ id }) => id);

describe('what a profile requires', () => {
  test.each([
    ['local', 'none'],
    ['password', 'low'],
    ['invite', 'medium'],
    ['public', 'guarded'],
  ] as const)('a complete "%s" has risk %s and nothing to mend', (profile, risk) => {
    const safety = judge(complete[profile]);
    expect(safety).toMatchObject({ profile, risk });
    expect(safety.checks.filter(({ state }) => state !== 'ok')).toEqual([]);
  });

  test.each(needs)('"%s" without its %s is a high risk', (profile, id, without) => {
    const safety = judge(without(complete[profile]));
    expect(safety.risk).toBe('high');
    expect(safety.checks.find((check) => check.id === id)).toMatchObject({
      state: 'missing',
      required: true,
      mend: expect.stringMatching(/\w{5}/),
    });
  });

  it('names each of several that are missing, whatever else is set', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...(Object.keys(complete) as AccessProfile[])),
        fc.array(fc.nat(needs.length - 1), { minLength: 1 }),
        (profile, picks) => {
          const chosen = picks.map((pick) => needs[pick]).filter((need) => need?.[0] === profile);
          const settings = chosen.reduce((left, need) => need?.[2](left) ?? left, complete[profile]);
          const safety = judge(settings);
          for (const need of chosen) expect(missing(settings)).toContain(need?.[1]);
          expect(safety.risk === 'high').toBe(chosen.length > 0);
          // Whatever is wrong says what to do; whatever is well does not.
          for (const { state, mend } of safety.checks) expect(mend === null).toBe(state === 'ok');
        },
      ),
    );
  });

  it('has a lower risk with invitations where only one network gets in', () => {
    expect(judge({ ...invite, ALLOWED_NETWORKS: ['10.0.0.0/8'] }).risk).toBe('low');
  });

  it('lists everything that an empty public service lacks', () => {
    expect(missing({ ...bare, ACCESS_PROFILE: 'public' })).toEqual([
      ...['public-url', 'https', 'oauth', 'alerts', 'admin'],
      ...['redis', 'captcha', 'terms', 'budget-user', 'budget-total'],
    ]);
  });

  test.each(['127.0.0.1', '127.8.9.10', 'localhost', '::1', '[::1]'])('%s is this machine', (HOST) => {
    expect(missing({ ...bare, HOST })).toEqual([]);
  });
  test.each(['0.0.0.0', '::', '192.168.1.2', '127.0.0.1.example.org', '127.0.0.256', 'localhost.example'])(
    '%s is not this machine',
    (HOST) => expect(missing({ ...bare, HOST })).toEqual(['loopback']),
  );

  test.each([
    ['an address that is not https', { PUBLIC_URL: 'http://veogate.lan' }, 'public-url'],
    ['files that are not named', { TLS: 'files' }, 'https'],
    ['a certificate without its key', { TLS: 'files', TLS_CERT_FILE: '/c.pem' }, 'https'],
    ['too little memory', { TEAM_PASSWORD_HASH: HASH.replace('19456', '4096') }, 'team-password'],
    ['too few passes', { TEAM_PASSWORD_HASH: HASH.replace('t=2', 't=1') }, 'team-password'],
    ['another hash', { TEAM_PASSWORD_HASH: '$argon2i$v=19$m=65536,t=3,p=1$a$b' }, 'team-password'],
  ] as const)('a team password service refuses %s', (_, change, id) => {
    expect(missing({ ...complete.password, ...change })).toEqual([id]);
  });

  it('takes certificate files, and a proxy, for HTTPS', () => {
    const files = { TLS: 'files', TLS_CERT_FILE: '/c.pem', TLS_KEY_FILE: '/k.pem' } as const;
    expect(missing({ ...complete.password, ...files })).toEqual([]);
    expect(missing({ ...complete.password, TLS: 'off', TRUSTED_PROXIES: ['127.0.0.1/32'] })).toEqual([]);
    const facts = { certificate: { problem: 'It cannot be read.' } };
    expect(stateOf('https', { ...complete.password, ...files }, facts)).toBe('missing');
  });

  it('needs an issuer for OpenID, and no provider by halves', () => {
    const oidc = { ...invite, OAUTH_OIDC_CLIENT_ID: 'id', OAUTH_OIDC_CLIENT_SECRET: 'secret' };
    expect(missing(oidc)).toEqual(['oauth']);
    expect(judge(oidc).checks.find(({ id }) => id === 'oauth')?.mend).toBe('Set OAUTH_OIDC_ISSUER too.');
    expect(missing({ ...oidc, OAUTH_OIDC_ISSUER: 'https://id.example' })).toEqual([]);
  });

  it('needs a mail server for alerts by e-mail, and takes a claim code for an administrator', () => {
    const { ALERT_WEBHOOK_URL: _, ...rest } = { ...invite, ADMIN_EMAILS: [], ALERT_EMAILS: ['a@b.example'] };
    expect(missing(rest)).toEqual(['alerts', 'admin']);
    expect(missing({ ...rest, SMTP_URL: 'smtp://mail.example', CLAIM_CODE: 'x'.repeat(16) })).toEqual([]);
  });
});

describe('what is wise', () => {
  const { password } = complete;
  test.each<[string, string, SafetySettings, SafetyFacts]>([
    ['an old Node', 'node', bare, { nodeVersion: '20.18.9' }],
    ['an open host without proxy or TLS', 'open-host', { ...password, HOST: '0.0.0.0', TLS: 'off' }, {}],
    ['everybody as a proxy', 'proxies', { ...invite, TRUSTED_PROXIES: ['0.0.0.0/0'] }, {}],
    ['every IPv6 address as a proxy', 'proxies', { ...invite, TRUSTED_PROXIES: ['::/0'] }, {}],
    [
      'a proxy network wider than any private one',
      'proxies',
      { ...invite, TRUSTED_PROXIES: ['8.0.0.0/7'] },
      {},
    ],
    ['a team password for every network', 'networks', { ...password, ALLOWED_NETWORKS: [] }, {}],
    ['an unused provider', 'oauth-unused', { ...password, OAUTH_GOOGLE_CLIENT_ID: 'id' }, {}],
    ['files kept for ever', 'retention', { ...invite, RETENTION_HOURS: 0 }, {}],
    ['a certificate that ends soon', 'certificate', password, { certificate: { endsAt: inDays(13) } }],
    ['a certificate that has ended', 'certificate', password, { certificate: { endsAt: inDays(-1) } }],
    ['readable secrets', 'secret-files', bare, { openFiles: ['/data/owner-token'] }],
    ['an owner of the tables', 'database-role', bare, { database: { ownsTables: true, changesAudit: true } }],
    [
      'a role that changes the audit log',
      'database-role',
      bare,
      { database: { ownsTables: false, changesAudit: true } },
    ],
    [
      'a database that does not answer',
      'database-role',
      bare,
      { database: { problem: 'It does not answer.' } },
    ],
    ['a ring that the API can read', 'vault', invite, { readableRing: '/data/ring' }],
    ['a Redis that evicts', 'redis-eviction', complete.public, { redis: { policy: 'allkeys-lru' } }],
    ['a Redis that does not tell', 'redis-eviction', complete.public, { redis: { policy: null } }],
    ['a Redis that does not answer', 'redis-eviction', complete.public, { redis: { problem: 'Gone.' } }],
  ])('warns of %s, and starts all the same', (_, id, settings, facts) => {
    expect(stateOf(id, settings, facts)).toBe('warning');
    expect(judge(settings, facts).checks.find((check) => check.id === id)).toMatchObject({
      required: false,
      mend: expect.stringMatching(/\w{4}/),
    });
  });

  test.each<[string, SafetySettings, SafetyFacts]>([
    ['node', bare, { nodeVersion: '20.19.0' }],
    ['node', bare, { nodeVersion: '24.1.0' }],
    ['open-host', { ...password, HOST: '0.0.0.0' }, {}],
    ['proxies', { ...invite, TRUSTED_PROXIES: ['10.0.0.0/8', 'fc00::/7', '10.1.2.3'] }, {}],
    ['certificate', password, { certificate: { endsAt: inDays(14) } }],
    ['secret-files', bare, { openFiles: [] }],
    ['database-role', bare, { database: { ownsTables: false, changesAudit: false } }],
    ['vault', invite, { readableRing: null }],
    ['redis-eviction', complete.public, { redis: { policy: 'noeviction' } }],
  ])('is content with %s as it should be', (id, settings, facts) => {
    expect(stateOf(id, settings, facts)).toBe('ok');
  });

  it('says nothing of what does not matter to one person on one machine', () => {
    const ids = judge({ ...bare, RETENTION_HOURS: 0 }, { readableRing: '/data/ring' }).checks.map(
      ({ id }) => id,
    );
    expect(ids).toEqual(['loopback']);
  });
});

function inDays(days: number): Date {
  return new Date(NOW.getTime() + days * 86_400_000);
}
