import { hashSecret, hashTeamPassword } from '@veogate/shared/password/team-password';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dumpDatabase, startTestApi, type TestApi } from './support/api.ts';

const PASSWORD = 'paper boats at 4 in the rain';
const PIN = '830417';
let api: TestApi;
let hashed: string;

const start = (env: Record<string, string> = {}) =>
  startTestApi({
    ACCESS_PROFILE: 'password',
    PUBLIC_URL: 'https://veogate.test',
    TEAM_PASSWORD_HASH: hashed,
    LIMIT_SIGN_INS: '1000',
    ...env,
  });
const knock = (at: TestApi, name: string, pin = PIN, password = PASSWORD) =>
  at.call('POST', '/auth/password', {
    as: { origin: at.origin },
    body: { password, display_name: name, pin },
  });

beforeAll(async () => {
  hashed = await hashTeamPassword(PASSWORD);
  api = await start();
});
afterAll(() => api?.close());

describe('the team password', () => {
  it('lets a new name claim itself, and the same name in again, however it is written', async () => {
    const first = await knock(api, 'Ada  Lovelace');
    expect([first.status, first.body]).toEqual([200, { claimed: true }]);
    expect(String(first.headers['set-cookie'])).toMatch(/^__Host-veogate=.*HttpOnly.*Secure/);
    const again = await knock(api, ' ＡDA lovelace ');
    expect([again.status, again.body]).toEqual([200, { claimed: false }]);
    expect(await api.db.user.count({ where: { displayName: 'Ada Lovelace' } })).toBe(1);
  });

  it('lets nobody in with a wrong password or a wrong PIN', async () => {
    await knock(api, 'Grace');
    expect((await knock(api, 'Grace', PIN, 'paper boats')).body).toMatchObject({ code: 'password_wrong' });
    expect((await knock(api, 'Grace', '111222')).body).toMatchObject({ code: 'pin_wrong', status: 401 });
  });

  it.each(['111111', '123456', '987654', 'abcdef', 'Margaret'])(
    'lets nobody choose the PIN %s',
    async (pin) => {
      const { status, body } = await knock(api, 'margaret', pin);
      expect(status).toBe(400);
      expect(body).toMatchObject({ errors: [{ field: 'pin' }] });
    },
  );

  it.each(['a\u202eb', 'a\u0000b', 'a\u200bb', 'a\nb', 'a\ufe0f', 'a\u3164', 'a\u2800', '\ufdfa'.repeat(40)])(
    'takes no name with what nobody sees (%j)',
    async (name) => {
      expect((await knock(api, name)).body).toMatchObject({ errors: [{ field: 'display_name' }] });
    },
  );

  it.each(['Hedy', 'HEDY', ' hedy ', 'Hedy\u3164', 'He\u202edy'])(
    'lets nobody call themselves %j once that is the name of somebody else',
    async (name) => {
      await knock(api, 'Hedy');
      const { as } = await api.addPerson('Mallory');
      const renamed = await api.call('PATCH', '/v1/me', { as, body: { display_name: name } });
      expect(renamed.status).toBe(400);
      expect(renamed.body).toMatchObject({ errors: [{ field: 'display_name' }] });
    },
  );

  it('lets people write their own name in another way', async () => {
    const first = await knock(api, 'Joan');
    const as = { cookie: String(first.headers['set-cookie']).split(';')[0] ?? '', origin: api.origin };
    expect((await api.call('PATCH', '/v1/me', { as, body: { display_name: 'JOAN' } })).status).toBe(200);
  });

  it('gives a name to one of twenty who claim it at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => knock(api, 'Crowd', `pin-of-${index}`)),
    );
    const codes = answers.map(({ status, body }) => (status === 200 ? 'in' : body['code'])).sort();
    expect(codes).toEqual(['in', ...new Array(19).fill('pin_wrong')]);
  });

  it('leaves no password, PIN or name in the log, and no secret in the database', async () => {
    await knock(api, 'Mallory Unseen', 'wrong-pin-7', 'a-wrong-password');
    const audit = JSON.stringify(await api.db.auditEvent.findMany({ omit: { ticket: true } }));
    const stored = await dumpDatabase(api.db);
    for (const secret of [PASSWORD, 'a-wrong-password', 'wrong-pin-7']) {
      expect(api.logs() + stored).not.toContain(secret);
    }
    expect(audit + api.logs()).not.toContain('Mallory Unseen');
    expect(audit).toContain('password_wrong');
  });
});

it('takes no more tries of a network than its limit, and says for how long to wait', async () => {
  const strict = await start({ LIMIT_SIGN_INS: '3' });
  try {
    const tries = await Promise.all(
      Array.from({ length: 8 }, (_, index) => knock(strict, `Guess ${index}`, PIN, 'wrong')),
    );
    expect(tries.filter(({ status }) => status === 401)).toHaveLength(3);
    const refused = await knock(strict, 'Ada');
    expect(refused.body).toMatchObject({
      code: 'rate_limited',
      detail: 'Rate limit exceeded. Please wait 15 minutes.',
    });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(800);
  } finally {
    await strict.close();
  }
});

it('counts wrong PINs of a name from wherever they come, and lets no stranger lock a name out', async () => {
  const strict = await start({ LIMIT_SIGN_INS: '3', TRUSTED_PROXIES: '127.0.0.1' });
  const from = (address: string, pin: string, password = PASSWORD) =>
    strict.call('POST', '/auth/password', {
      as: { origin: strict.origin, 'x-forwarded-for': address },
      body: { password, display_name: 'Ada', pin },
    });
  try {
    expect((await from('192.0.2.1', PIN)).status).toBe(200);
    for (let i = 2; i < 12; i++) {
      expect((await from(`192.0.2.${i}`, PIN, 'not the password')).body['code']).toBe('password_wrong');
    }
    expect((await from('192.0.2.12', PIN)).status).toBe(200);
    for (let i = 20; i < 23; i++) {
      expect((await from(`192.0.2.${i}`, '271828')).body['code']).toBe('pin_wrong');
    }
    expect((await from('192.0.2.30', PIN)).body['code']).toBe('rate_limited');
  } finally {
    await strict.close();
  }
});

it('makes no account beyond the seats', async () => {
  // One seat is the administrator's.
  const small = await start({ SEATS: '2' });
  try {
    const answers = await Promise.all(['A1', 'B2', 'C3'].map((name) => knock(small, name)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  } finally {
    await small.close();
  }
});

it('lets nobody in by a password that is easy to guess, although it is right', async () => {
  const weak = await start({ TEAM_PASSWORD_HASH: await hashSecret('password123') });
  try {
    expect((await knock(weak, 'Ada', PIN, 'password123')).body).toMatchObject({ code: 'password_weak' });
  } finally {
    await weak.close();
  }
});

it('signs everybody out once the password is another', async () => {
  const first = await knock(api, 'Rotated');
  const as = { cookie: String(first.headers['set-cookie']).split(';')[0] ?? '', origin: api.origin };
  const rotated = await start({
    DATABASE_URL: api.database.url,
    TEAM_PASSWORD_HASH: await hashTeamPassword(`${PASSWORD} again`),
  });
  try {
    expect((await api.call('GET', '/v1/me', { as })).status).toBe(200);
    expect((await rotated.call('GET', '/v1/me', { as })).status).toBe(401);
  } finally {
    await rotated.close();
  }
});

it('answers 404 where the profile has no team password', async () => {
  const local = await startTestApi();
  try {
    expect((await knock(local, 'Ada')).status).toBe(404);
  } finally {
    await local.close();
  }
});
