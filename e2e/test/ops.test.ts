import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseEnv } from 'node:util';
import { createAuditSeal } from '@veogate/shared/audit/chain';
import { sealAudit } from '@veogate/shared/db/audit-chain-repo';
import { append } from '@veogate/shared/db/audit-repo';
import { type Database, openDatabase } from '@veogate/shared/db/client';
import { createUser } from '@veogate/shared/db/user-repo';
import { createEventListener } from '@veogate/shared/events/channel';
import { verifySecret } from '@veogate/shared/password/team-password';
import { generateRing } from '@veogate/shared/vault/ring';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../scripts/lib/ports.mjs';
import { runSql } from '../../scripts/lib/postgres.mjs';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { OPS, runOps } from '../support/run-ops.ts';
import { startService } from '../support/service-process.ts';
import { waitFor } from '../support/wait-for.ts';

let database: TestDatabase;
let db: Database;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.ownerUrl, max: 2 });
  folder = await mkdtemp(join(tmpdir(), 'veogate-ops-'));
});
afterAll(async () => {
  await db.$disconnect();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a command as an operator does; `input` is what a program sends it. */
const ops = (args: string[], env: Record<string, string> = {}, input = '') =>
  runOps(args, { DATA_DIR: folder, INIT_CWD: folder, ...env }, input);

/** The same with a person in front of it: util-linux' `script` lends a terminal. */
function openTerminal(args: string[], env: Record<string, string> = {}) {
  const command = [process.execPath, OPS, ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', `stty cols 120 rows 40; exec ${command}`, '/dev/null'], {
    env: { PATH: process.env['PATH'], TERM: 'xterm', DATA_DIR: folder, INIT_CWD: folder, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let output = '';
  let read = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return {
    output: () => output,
    exited: new Promise<number | null>((resolve) => child.once('close', resolve)),
    type: (text: string) => child.stdin.write(text),
    /** Waits for something that it has not said before. */
    says: (pattern: RegExp) =>
      waitFor(`it to say ${pattern}`, () => {
        const found = pattern.exec(output.slice(read));
        if (found) read += found.index + found[0].length;
        return found !== null;
      }),
  };
}

describe('the commands', () => {
  it('are listed, and each explains itself', async () => {
    const { code, out } = await ops(['--help']);
    expect(code).toBe(0);
    for (const name of ['setup', 'doctor', 'password', 'invite', 'user', 'migrate', 'init']) {
      expect(out).toContain(name);
      const help = await ops([name, '--help']);
      expect(help.code).toBe(0);
      expect(help.out).toContain(`npm run ops -- ${name}`);
    }
  });

  it.each([
    [['frobnicate'], /There is no command "frobnicate"/],
    [['doctor', '--frobnicate'], /--frobnicate/],
    [['init'], /Name one folder/],
    [['invite', 'ada'], /This is not an e-mail address/],
    [['invite', '--role', 'king'], /The role is one of/],
    [['user'], /Say what to do/],
    [['user', 'frobnicate'], /There is no "user frobnicate"/],
    [['user', 'suspend'], /Say who/],
    [['user', 'suspend', 'ada', '--hours', '0'], /--hours is a whole number/],
    [['user', 'role', 'ada', 'king'], /The role is one of/],
    [['user', 'token', 'ada', '--scopes', 'keys:read'], /--name/],
    [['user', 'token', 'ada', '--name', 'x', '--scopes', 'keys:steal'], /There is no scope keys:steal/],
  ])('refuse %j with exit code 2', async (args, sentence) => {
    const { code, err } = await ops(args);
    expect(code).toBe(2);
    expect(err).toMatch(sentence);
    expect(err).not.toMatch(/\n\s+at /);
  });
});

describe('doctor', () => {
  it('says what is missing, and ends with 1', async () => {
    const { code, out } = await ops(['doctor'], { ACCESS_PROFILE: 'public' });
    expect(code).toBe(1);
    expect(out).toMatch(/Profile: public\nRisk: {4}high/);
    expect(out.match(/MISSING/g)).toHaveLength(10);
    expect(out).toContain('→ Set PUBLIC_URL to the address that people type');
  });

  it('says the same to a program, with what the database tells', async () => {
    const { code, out } = await ops(['doctor', '--json'], { DATABASE_URL: database.url });
    expect(code).toBe(0);
    const { profile, risk, checks } = JSON.parse(out) as {
      profile: string;
      risk: string;
      checks: { id: string; state: string }[];
    };
    expect({ profile, risk }).toEqual({ profile: 'local', risk: 'none' });
    expect(checks.find(({ id }) => id === 'database-role')?.state).toBe('ok');
  });

  it('lists settings that cannot be', async () => {
    const { code, err } = await ops(['doctor'], { ACCESS_PROFILE: 'castle', TLS: 'maybe' });
    expect(code).toBe(1);
    expect(err).toMatch(/ACCESS_PROFILE: [\s\S]*TLS: /);
    const narrowed = await ops(['doctor'], { ALLOWED_NETWORKS: '10.0.0.0/64' });
    expect(narrowed.code).toBe(1);
    expect(narrowed.err).toContain('"10.0.0.0/64" is not a network');
  });
});

describe('password', () => {
  const strong = 'seven quiet herons over Lisbon';
  const hashFile = () => join(folder, 'secrets/team-password-hash');

  it('keeps the hash of one line of input, for its owner alone', async () => {
    const { code, out } = await ops(['password'], {}, `${strong}\n`);
    expect(code).toBe(0);
    expect(out).toContain(`Set TEAM_PASSWORD_HASH_FILE=${hashFile()}`);
    expect(out).toMatch(/signs everybody out/);
    expect(out).not.toContain(strong);
    expect((await stat(hashFile())).mode & 0o777).toBe(0o600);
    const hash = (await readFile(hashFile(), 'utf8')).trim();
    expect(await verifySecret(hash, strong)).toBe(true);
    const settings = { ACCESS_PROFILE: 'password', TEAM_PASSWORD_HASH_FILE: hashFile() };
    const { out: report } = await ops(['doctor', '--json'], settings);
    const { checks } = JSON.parse(report) as { checks: { id: string; state: string }[] };
    expect(checks.find(({ id }) => id === 'team-password')?.state).toBe('ok');
  });

  it('replaces it by another, and does not name what is set already', async () => {
    const before = await readFile(hashFile(), 'utf8');
    const { code, out } = await ops(['password'], { TEAM_PASSWORD_HASH_FILE: hashFile() }, `${strong}!`);
    expect(code).toBe(0);
    expect(out).not.toContain('Set TEAM_PASSWORD_HASH_FILE');
    expect(await readFile(hashFile(), 'utf8')).not.toBe(before);
  });

  it.each([
    ['veogate2024\n', /too easy to guess/],
    ['\n', /There is no password/],
    ['', /There is no password/],
  ])('refuses %j, and keeps the old one', async (input, sentence) => {
    const before = await readFile(hashFile(), 'utf8');
    const { code, err } = await ops(['password'], {}, input);
    expect(code).toBe(1);
    expect(err).toMatch(sentence);
    expect(await readFile(hashFile(), 'utf8')).toBe(before);
    expect(await readdir(join(folder, 'secrets'))).toEqual(['team-password-hash']);
  });

  it.runIf(process.platform === 'linux')(
    'asks a person twice, shows nothing, and stops at Ctrl-C',
    async () => {
      const terminal = openTerminal(['password']);
      await terminal.says(/The new team password/);
      terminal.type(`${strong}?\r`);
      await terminal.says(/The same once more/);
      terminal.type('something else\r');
      await terminal.says(/This is not the same/);
      terminal.type(`${strong}?\r`);
      expect(await terminal.exited).toBe(0);
      expect(terminal.output()).not.toContain('herons');
      const kept = await readFile(hashFile(), 'utf8');
      expect(await verifySecret(kept.trim(), `${strong}?`)).toBe(true);

      const stopped = openTerminal(['password']);
      await stopped.says(/The new team password/);
      stopped.type('\u0003');
      expect(await stopped.exited).toBe(1);
      expect(stopped.output()).toContain('Nothing was written');
      expect(await readFile(hashFile(), 'utf8')).toBe(kept);
    },
  );
});

describe('setup', () => {
  const password = 'seven quiet herons over Lisbon';
  const file = () => join(folder, 'setup/.env');
  const settings = () => ({ ENV_FILE: file(), DATA_DIR: join(folder, 'setup/.data') });
  const answer = async (answers: Record<string, unknown>) => {
    await writeFile(join(folder, 'answers.json'), JSON.stringify(answers));
    return ops(['setup', '--answers', 'answers.json'], settings());
  };
  const readBack = async () => parseEnv(await readFile(file(), 'utf8'));
  /** The settings as `npm start` reads them. */
  const written = async () => ({ ...settings(), ...((await readBack()) as Record<string, string>) });

  beforeAll(() => mkdir(join(folder, 'setup')));

  it('writes what makes a team’s service start', async () => {
    const port = await freePort();
    const { code, out } = await answer({
      ACCESS_PROFILE: 'password',
      PUBLIC_URL: `https://localhost:${port}`,
      HOST: '127.0.0.1',
      TEAM_PASSWORD: password,
    });
    expect(out).toContain('Nothing that the profile requires is missing. Start it: npm start');
    expect(code).toBe(0);
    expect(await readBack()).toEqual({
      ACCESS_PROFILE: 'password',
      DATA_DIR: join(folder, 'setup/.data'),
      PUBLIC_URL: `https://localhost:${port}`,
      TLS: 'internal',
      HOST: '127.0.0.1',
      PORT: String(port),
      ALLOWED_NETWORKS: '10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,127.0.0.0/8',
      TEAM_PASSWORD_HASH_FILE: join(folder, 'setup/.data/secrets/team-password-hash'),
      RETENTION_HOURS: '168',
    });
    const made = await readdir(join(folder, 'setup'), { recursive: true, withFileTypes: true });
    const files = made
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
    expect(files.map((path) => basename(path)).sort()).toEqual(['.env', 'claim-code', 'team-password-hash']);
    for (const path of files) {
      expect([path, (await stat(path)).mode & 0o777]).toEqual([path, 0o600]);
      expect(await readFile(path, 'utf8')).not.toContain('herons');
    }
    expect((await ops(['doctor'], await written())).code).toBe(0);

    const { publicRing } = await generateRing();
    await writeFile(join(folder, 'ring.json'), JSON.stringify(publicRing));
    const api = await startService('api', 'api ready', {
      PATH: process.env['PATH'],
      ...(await written()),
      DATABASE_URL: database.url,
      STORAGE_URL: pathToFileURL(join(folder, 'storage')).href,
      VAULT_PUBLIC_KEYS_FILE: join(folder, 'ring.json'),
    });
    expect(await api.stop()).toBe(0);
  });

  it('keeps the old settings, the secrets that stay, and what it does not ask about', async () => {
    await appendFile(file(), 'LIMIT_USER=42\n');
    const old = await readFile(file(), 'utf8');
    const again = await answer({});
    expect(again.code).toBe(0);
    expect(again.out).not.toContain(`Wrote ${join(folder, 'setup/.data')}`);
    expect(await readBack()).toEqual(parseEnv(old));
    const backups = (await readdir(join(folder, 'setup'))).filter((name) => name.endsWith('.bak'));
    expect(backups).toHaveLength(1);
    const backup = join(folder, 'setup', backups[0] ?? '');
    expect(await readFile(backup, 'utf8')).toBe(old);
    expect((await stat(backup)).mode & 0o777).toBe(0o600);
  });

  it('writes all that a public service needs, and leaves out what was for another', async () => {
    const { code, out } = await answer({
      ACCESS_PROFILE: 'public',
      PUBLIC_URL: 'https://veogate.example',
      TLS: 'off',
      ALLOWED_NETWORKS: '',
      PROVIDERS: 'github oidc',
      OAUTH_GITHUB_CLIENT_ID: 'github-id',
      OAUTH_GITHUB_CLIENT_SECRET: "quotes ' and # signs",
      OAUTH_OIDC_ISSUER: 'https://id.example',
      OAUTH_OIDC_NAME: "O'Brien & Co #1",
      OAUTH_OIDC_CLIENT_ID: 'oidc-id',
      OAUTH_OIDC_CLIENT_SECRET: 'oidc-secret',
      ALERTS: 'webhook',
      ALERT_WEBHOOK_URL: 'https://chat.example/hook',
      REDIS_URL: 'redis://:pw@127.0.0.1:1',
      BUDGET_USER_MONTHLY: '5credits,2usd',
    });
    expect(code).toBe(0);
    expect(out).toContain('Risk:    guarded');
    const { ACCESS_PROFILE, ...rest } = await readBack();
    expect(ACCESS_PROFILE).toBe('public');
    expect(rest).toMatchObject({
      TRUSTED_PROXIES: '127.0.0.1/32',
      HOST: '127.0.0.1',
      CAPTCHA: 'altcha',
      OAUTH_OIDC_NAME: "O'Brien & Co #1",
      BUDGET_TOTAL_MONTHLY: '1000credits',
      NO_SIMULATOR: '1',
      LIMIT_USER: '42',
    });
    expect(Object.keys(rest).filter((name) => /TEAM|PROVIDERS|ALERTS$|ALLOWED/.test(name))).toEqual([]);
    const secret = rest['OAUTH_GITHUB_CLIENT_SECRET_FILE'] ?? '';
    expect((await readFile(secret, 'utf8')).trim()).toBe("quotes ' and # signs");
    expect((await ops(['doctor'], { ...(await written()), CLAIM_CODE: 'a claim code of a test' })).code).toBe(
      0,
    );
  });

  it('lists every answer that will not do, and writes nothing', async () => {
    const before = [await readFile(file(), 'utf8'), await readdir(join(folder, 'setup'))];
    const { code, err } = await answer({
      ACCESS_PROFILE: 'password',
      PUBLIC_URL: 'http://veogate.lan',
      TLS: 'files',
      TLS_CERT_FILE: 'missing.pem',
      TLS_KEY_FILE: 'answers.json',
      PORT: '70000',
      ALLOWED_NETWORKS: '10.0.0.0/64',
      TEAM_PASSWORD: 'veogate1',
      OAUTH_GOOGLE_CLIENT_ID: 'x',
    });
    expect(code).toBe(1);
    const names = [...err.matchAll(/^ {2}- (\w+): /gm)].map(([, name]) => name);
    expect(names).toEqual([
      'PUBLIC_URL',
      'TLS_CERT_FILE',
      'TLS_KEY_FILE',
      'PORT',
      'ALLOWED_NETWORKS',
      'TEAM_PASSWORD',
      'OAUTH_GOOGLE_CLIENT_ID',
    ]);
    expect(err).toMatch(/PUBLIC_URL is http:\/\/veogate\.lan, which is not https/);
    expect([await readFile(file(), 'utf8'), await readdir(join(folder, 'setup'))]).toEqual(before);
    expect((await answer({ ACCESS_PROFILE: 'castle' })).err).toMatch(/- ACCESS_PROFILE: Take local, /);
    const nobody = await ops(['setup'], settings());
    expect(nobody.code).toBe(1);
    expect(nobody.err).toContain('Nobody is there to be asked');
  });

  it.runIf(process.platform === 'linux')('asks a person, and writes nothing where they stop', async () => {
    const env = { ENV_FILE: join(folder, 'asked.env'), DATA_DIR: join(folder, 'asked') };
    const stopped = openTerminal(['setup'], env);
    await stopped.says(/Who will use it\?/);
    stopped.type('\r');
    await stopped.says(/Risk: none/);
    await stopped.says(/On which port\?/);
    stopped.type('\u0003');
    expect(await stopped.exited).toBe(1);
    expect(await readdir(folder)).not.toContain('asked.env');
    expect(await readdir(folder)).not.toContain('asked');

    const terminal = openTerminal(['setup'], env);
    await terminal.says(/Who will use it\?/);
    terminal.type('\r');
    await terminal.says(/On which port\?/);
    terminal.type('0x\r');
    await terminal.says(/Must be integer|must be integer/);
    terminal.type('\u007f\u007f\u007f\u007f\u007f\u007f9090\r');
    await terminal.says(/Offer simulated videos/);
    terminal.type('\r');
    await terminal.says(/Write .*asked\.env\?/);
    terminal.type('\r');
    expect(await terminal.exited).toBe(0);
    expect(terminal.output()).toContain('Start it: npm start');
    const asked = parseEnv(await readFile(env.ENV_FILE, 'utf8'));
    expect(asked).toEqual({ ACCESS_PROFILE: 'local', PORT: '9090', DATA_DIR: env.DATA_DIR });
  });
});

describe('init', () => {
  it('makes private secrets, and never replaces one', async () => {
    expect((await ops(['init', 'made'])).code).toBe(0);
    const names = (await readdir(join(folder, 'made'))).sort();
    expect(names).toEqual(['claim-code', 'fingerprint.key', 'vault-private.json', 'vault-public.json']);
    for (const name of names) expect((await stat(join(folder, 'made', name))).mode & 0o077).toBe(0);
    const before = await readFile(join(folder, 'made/vault-private.json'), 'utf8');
    const again = await ops(['init', 'made']);
    expect(again.code).toBe(1);
    expect(again.err).toContain('nothing was written');
    expect(await readFile(join(folder, 'made/vault-private.json'), 'utf8')).toBe(before);
  });
});

describe('migrate', () => {
  it('brings an empty database up to date, and makes the role of the services', async () => {
    const url = new URL(database.ownerUrl);
    const name = `${url.pathname.slice(1)}_empty`;
    await runSql(database.ownerUrl, `CREATE DATABASE ${name}`);
    url.pathname = `/${name}`;
    const role = `${name}_app`;
    try {
      const env = { DATABASE_URL: url.href, APP_DATABASE_PASSWORD: 'long-enough-for-a-test' };
      const { code, out } = await ops(['migrate', '--app-user', role], env);
      expect(code).toBe(0);
      expect(out).toMatch(/Applied .*\n[\s\S]*up to date/);
      expect((await ops(['migrate'], { DATABASE_URL: url.href })).out).not.toContain('Applied');
      url.username = role;
      url.password = env.APP_DATABASE_PASSWORD;
      const { out: report } = await ops(['doctor', '--json'], { DATABASE_URL: url.href });
      const { checks } = JSON.parse(report) as { checks: { id: string; state: string }[] };
      expect(checks.find(({ id }) => id === 'database-role')?.state).toBe('ok');
    } finally {
      await runSql(database.ownerUrl, `DROP DATABASE ${name} WITH (FORCE)`);
      await runSql(database.ownerUrl, `DROP ROLE IF EXISTS ${role}`);
    }
  });

  it('says that there is no database, without its password', async () => {
    expect((await ops(['migrate'])).err).toContain('There is no database yet');
    const { code, err } = await ops(['migrate'], { DATABASE_URL: 'postgres://me:hunter2@127.0.0.1:1/x' });
    expect(code).toBe(1);
    expect(err).not.toContain('hunter2');
  });
});

describe('invite', () => {
  const invite = (...args: string[]) =>
    ops(['invite', ...args], {
      DATABASE_URL: database.url,
      ACCESS_PROFILE: 'invite',
      PUBLIC_URL: 'https://veogate.example',
    });

  it('makes a link for one person, of which only the hash is kept', async () => {
    const { code, out } = await invite('--role', 'admin', '--hours', '2');
    expect(code).toBe(0);
    const [link = '', token = ''] =
      /^https:\/\/veogate\.example\/invitation#token=([\w-]{43})$/m.exec(out) ?? [];
    expect(link).not.toBe('');
    const tokenHash = new Uint8Array(createHash('sha256').update(token).digest());
    const row = await db.invitation.findUniqueOrThrow({ where: { tokenHash } });
    expect(row).toMatchObject({ kind: 'link', role: 'admin', seats: 1, admits: true, createdById: null });
    expect(row.expiresAt?.getTime()).toBeLessThan(Date.now() + 2 * 3_600_000 + 1_000);
    expect(await db.auditEvent.count({ where: { action: 'invitation.created', subjectId: row.id } })).toBe(1);
  });

  it('invites an address, and says where nobody needs an invitation', async () => {
    const { out } = await invite('Ada@Example.org');
    expect(out).toContain('Ada@Example.org');
    expect(await db.invitation.count({ where: { kind: 'email', value: 'ada@example.org' } })).toBe(1);
    const { code, err } = await ops(['invite'], { DATABASE_URL: database.url });
    expect(code).toBe(1);
    expect(err).toContain('profile "local"');
  });
});

describe('user', () => {
  const user = (...args: string[]) => ops(['user', ...args], { DATABASE_URL: database.url });
  let ada: string;
  let admin: string;
  beforeAll(async () => {
    const add = (displayName: string, role: 'member' | 'admin') =>
      db.$transaction((tx) => createUser(tx, { displayName, role }));
    ada = (await add('Ada', 'member')).id;
    admin = (await add('Grace', 'admin')).id;
  });

  it('lists accounts', async () => {
    const { code, out } = await user('list');
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`${ada} +member +active +Ada`));
    expect((await user('list', 'grace')).out).not.toContain('Ada');
  });

  it('suspends for a while, tells every API process, and writes it down', async () => {
    const told: string[] = [];
    const listener = createEventListener(database.url, (changes) => told.push(...(changes?.accounts ?? [])));
    await listener.start();
    const { code, out } = await user('suspend', 'ADA', '--hours', '2', '--reason', 'Too many videos.');
    expect(code).toBe(0);
    expect(out).toMatch(/^Ada is suspended until /);
    await waitFor('the hint', () => told.includes(ada));
    await listener.close();
    const row = await db.user.findUniqueOrThrow({ where: { id: ada } });
    expect(row).toMatchObject({ state: 'suspended', suspendedReason: 'Too many videos.' });
    expect(await db.auditEvent.count({ where: { action: 'user.suspended', subjectId: ada } })).toBe(1);
  });

  it('reinstates, and says where there is nothing to lift', async () => {
    expect((await user('reinstate', ada)).code).toBe(0);
    expect((await db.user.findUniqueOrThrow({ where: { id: ada } })).state).toBe('active');
    const again = await user('reinstate', ada);
    expect(again.code).toBe(1);
    expect(again.err).toContain('Ada is not suspended.');
  });

  it('keeps the last administrator', async () => {
    for (const args of [
      ['suspend', admin],
      ['role', admin, 'member'],
    ]) {
      const { code, err } = await user(...args);
      expect(code).toBe(1);
      expect(err).toContain('That is the last administrator.');
    }
    expect((await user('role', ada, 'auditor')).code).toBe(0);
    expect((await db.user.findUniqueOrThrow({ where: { id: ada } })).role).toBe('auditor');
  });

  it('makes a token, of which only the hash is kept', async () => {
    const { code, out } = await user(
      'token',
      'Ada',
      '--name',
      'CI',
      '--scopes',
      'keys:read,generations:write',
    );
    expect(code).toBe(0);
    expect(out).toMatch(/^vg_[\w-]{43}\n$/);
    const token = await db.accessToken.findFirstOrThrow({ where: { userId: ada } });
    expect(token).toMatchObject({ name: 'CI', scopes: ['keys:read', 'generations:write'] });
    expect(JSON.stringify(token)).not.toContain(out.trim());
    const refused = await user('token', 'Ada', '--name', 'CI', '--scopes', 'admin:write');
    expect(refused.err).toContain('needs the role admin');
  });

  it('does nothing where it is not clear who is meant', async () => {
    expect((await user('suspend', 'nobody')).err).toContain('There is no account "nobody"');
    await db.$transaction((tx) => createUser(tx, { displayName: 'ada' }));
    const { code, err } = await user('suspend', 'Ada');
    expect(code).toBe(1);
    expect(err).toContain('There are several accounts "Ada"');
  });
});

describe('the audit log', () => {
  const fingerprintKey = Buffer.alloc(32, 5);
  let log: TestDatabase;
  let env: Record<string, string>;
  beforeAll(async () => {
    log = await createTestDatabase();
    const file = join(folder, 'fingerprint.key');
    await writeFile(file, fingerprintKey.toString('base64'));
    env = { DATABASE_URL: log.url, FINGERPRINT_KEY_FILE: file };
    const written = openDatabase({ url: log.url, max: 2 });
    for (const action of ['key.added', 'key.retired']) {
      await append(written, { action, address: '192.0.2.7' });
      await waitFor(
        'it to be sealed',
        async () => (await sealAudit(written, createAuditSeal(fingerprintKey))) > 0,
      );
    }
    await written.$disconnect();
  });
  afterAll(() => log?.drop());

  it('is checked against its seals, and against a hash that was kept', async () => {
    const { code, out } = await ops(['audit', 'verify'], env);
    expect([code, out]).toEqual([
      0,
      expect.stringContaining('2 entries in 2 segments are as they were sealed.'),
    ]);
    const hash = /hash is ([\da-f]{64})\./.exec(out)?.[1] ?? '';
    expect((await ops(['audit', 'verify', '--expect', hash], env)).code).toBe(0);
    const cut = await ops(['audit', 'verify', '--expect', '0'.repeat(64)], env);
    expect([cut.code, cut.out]).toEqual([1, expect.stringContaining('the log was cut short')]);
    const { DATABASE_URL = '' } = env;
    expect((await ops(['audit', 'verify'], { DATABASE_URL })).out).toContain(
      'The seals themselves were not checked',
    );
  });

  it('is written out', async () => {
    const { code, out } = await ops(['audit', 'export', '--format', 'jsonl', '--action', 'key.added'], env);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ action: 'key.added', address: '192.0.2.7', sealed: true });
    expect((await ops(['audit', 'export', '--since', 'yesterday'], env)).code).toBe(2);
  });

  it('shows where it was tampered with', async () => {
    await runSql(log.ownerUrl, "update audit_events set action = 'key.erased' where action = 'key.retired'");
    const { code, out } = await ops(['audit', 'verify'], env);
    expect(code).toBe(1);
    expect(out).toMatch(
      /^Segment 2 of \d{4}-\d\d, sealed at \S+, is not as it was sealed\.\nAn entry of it was changed\./,
    );
  });
});
