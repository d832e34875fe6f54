import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessEnv, apiEnv, storesEnv, workerEnv } from '@veogate/shared/config/fragments';
import { type ErrorCode, errorCatalogue } from '@veogate/shared/domain/errors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ComposeService, faultsOf, readCompose } from '../support/compose-file.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const template = read('deploy/nginx/veogate.conf.template');

const compose = readCompose('docker-compose.yml', { DOMAIN: 'veogate.example' });
const services = Object.entries(compose.services);
const named = (name: string): ComposeService => {
  const service = compose.services[name];
  if (!service) throw new Error(`There is no service ${name}.`);
  return service;
};
const networksOf = ({ networks = [] }: ComposeService) =>
  Array.isArray(networks) ? networks : Object.keys(networks);
const addressIn = ({ networks }: ComposeService, network: string) =>
  Array.isArray(networks) ? undefined : networks?.[network]?.ipv4_address;

describe('docker-compose.yml', () => {
  it.each(['docker-compose.yml', 'deploy/docker/own-certificate.yml'])(
    '%s is as the Compose specification wants it',
    (file) => {
      expect(faultsOf(readCompose(file, { DOMAIN: 'veogate.example' }))).toEqual([]);
    },
  );

  it('would not be with a word that Compose does not know', () => {
    expect(faultsOf({ services: { api: { image: 'x', red_only: true } } })).not.toEqual([]);
  });

  it('says what is missing where there is no domain', () => {
    expect(() => readCompose('docker-compose.yml', {})).toThrow('Put DOMAIN=veogate.example');
  });

  it.each(services)('%s can do little where somebody breaks into it', (name, service) => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      logging: { options: { 'max-size': '10m', 'max-file': '5' } },
      mem_limit: expect.stringMatching(/^\d+[mg]$/),
      cpus: expect.any(Number),
      pids_limit: expect.any(Number),
    });
    for (const never of ['privileged', 'container_name', 'pid', 'ipc', 'devices'])
      expect(service).not.toHaveProperty(never);
    expect(service.volumes?.join() ?? '').not.toContain('docker.sock');
    // To give files away takes root; it runs once, by hand, without a network.
    if (name === 'init') expect(service).toMatchObject({ network_mode: 'none', profiles: ['tools'] });
    else {
      expect(service.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
      expect(service).not.toHaveProperty('cap_add');
    }
    const runsOn = !['init', 'ops', 'backup', 'migrate'].includes(name);
    expect(service.restart).toBe(runsOn ? 'unless-stopped' : 'no');
  });

  it.each(services)('%s is of a known version', (_, { image }) => {
    expect(image).toMatch(/^[\w/-]+:v?\d+\.\d+(\.\d+)?(-\w+)?$/);
  });

  it('looks after whatever listens', () => {
    for (const name of ['nginx', 'postgres', 'redis']) expect(named(name).healthcheck?.test).toBeDefined();
    // The API has the image's; the worker listens on nothing, and must not inherit it.
    expect(named('api')).not.toHaveProperty('healthcheck');
    expect(named('worker').healthcheck).toEqual({ disable: true });
  });

  it('gives what opens keys to the worker alone', () => {
    const readers = (secret: string) =>
      services.filter(([, { secrets = [] }]) => secrets.includes(secret)).map(([name]) => name);
    expect(readers('vault-private.json')).toEqual(['worker']);
    expect(readers('fingerprint.key')).toEqual(['worker']);
    expect(readers('database-owner-url')).toEqual(['migrate', 'backup']);
    expect(readers('database-owner-password')).toEqual(['postgres']);
    expect(readers('vault-public.json')).toEqual(['api', 'ops']);
    // Whoever sees the folder sees all of them.
    const seesFolder = services.filter(([, { volumes = [] }]) =>
      volumes.some((each) => /^\.(:|\/secrets)/.test(each)),
    );
    expect(seesFolder.map(([name]) => name)).toEqual(['init']);
  });

  it('names each secret where it is read, and reads it where it is named', () => {
    for (const [name, { environment = {}, secrets = [] }] of services) {
      const named = Object.values(environment).flatMap(
        (value) => /^\/run\/secrets\/(.+)$/.exec(`${value}`)?.[1] ?? [],
      );
      const others = name === 'redis' ? ['redis.conf'] : name === 'ops' ? ['vault-public.json'] : [];
      expect([...named, ...others].sort(), name).toEqual([...secrets].sort());
    }
    for (const [name, { file }] of Object.entries(compose.secrets)) expect(file).toBe(`./secrets/${name}`);
  });

  it('has no secret in an environment', () => {
    const secret = /PASSWORD|SECRET|TOKEN|CODE|PRIVATE|(DATABASE|REDIS|SMTP|WEBHOOK)_URL/;
    for (const [name, { environment = {} }] of services) {
      for (const [variable, value] of Object.entries(environment)) {
        if (secret.test(variable)) expect(variable, name).toMatch(/_FILE$/);
        expect(`${value}`).not.toMatch(/:\/\/[^/]*@/);
      }
    }
  });

  it.each([
    ['api', apiEnv.properties],
    ['worker', workerEnv.properties],
    ['ops', { ...accessEnv, ...storesEnv, ...apiEnv.properties }],
  ])('%s is told nothing that it does not read', (name, known) => {
    for (const variable of Object.keys(named(name).environment ?? {})) {
      expect(Object.keys(known)).toContain(variable in known ? variable : variable.replace(/_FILE$/, ''));
    }
  });

  it('hands on every setting of .env to whom it is for', () => {
    // What the image and this file decide, and what only `npm start` and tests set.
    const decided = [
      ...['HOST', 'PORT', 'DATA_DIR', 'STORAGE_URL', 'DATABASE_DIRECT_URL', 'WEB_DIR', 'OWNER_TOKEN_FILE'],
      ...['TLS', 'TLS_CERT_FILE', 'TLS_KEY_FILE', 'TERMS_FILE', 'SIMULATOR_URL'],
      ...['POLL_MIN_INTERVAL_MS', 'SUBMIT_TIMEOUT_MS', 'STALE_AFTER_MS', 'SWEEP_INTERVAL_MS'],
      ...['KEY_CHECK_SPACING_MS', 'JOB_LOCK_MS', 'BREAKER_OPEN_MS'],
    ];
    for (const [name, { properties }] of [
      ['api', apiEnv],
      ['worker', workerEnv],
    ] as const) {
      const { environment = {} } = named(name);
      const left = Object.keys(properties).filter(
        (each) => !(each in environment) && !(`${each}_FILE` in environment) && !decided.includes(each),
      );
      expect(left, `add them to ${name} in docker-compose.yml`).toEqual([]);
    }
  });

  it('opens nginx alone to the world, and the internet to who needs it', () => {
    expect(services.filter(([, { ports }]) => ports).map(([name]) => name)).toEqual(['nginx']);
    for (const internal of ['back', 'front'])
      expect(compose.networks[internal]).toMatchObject({ internal: true });
    for (const store of ['postgres', 'redis']) expect(networksOf(named(store))).toEqual(['back']);
    expect(networksOf(named('nginx'))).toEqual(['edge', 'front']);
    expect(networksOf(named('api'))).not.toContain('providers');
    const inProviders = services.filter(([, each]) => networksOf(each).includes('providers'));
    expect(inProviders.map(([name]) => name)).toEqual(['worker']);
  });

  it('believes nginx, at its one address, and nobody else', () => {
    const [nginx, api] = [named('nginx'), named('api')];
    expect(api.environment?.['TRUSTED_PROXIES']).toBe(`${addressIn(nginx, 'front')}/32`);
    expect(nginx.environment?.['VEOGATE_UPSTREAM']).toBe(`${addressIn(api, 'front')}:8080`);
    expect(api.environment?.['UPLOAD_MAX_BYTES']).toBe(nginx.environment?.['UPLOAD_MAX_BYTES']);
  });

  it('mounts what is there', () => {
    for (const [, { volumes = [] }] of services) {
      for (const [from = '', to = ''] of volumes.map((each) => each.split(':'))) {
        if (!from.startsWith('.')) expect(compose.volumes).toHaveProperty(from);
        else if (from !== './secrets') expect(existsSync(join(root, from)), from).toBe(true);
        // The image of nginx leaves out what nobody may run.
        if (to.startsWith('/docker-entrypoint.d/')) accessSync(join(root, from), constants.X_OK);
      }
    }
  });
});

describe('the image', () => {
  it('is made of images of a known line', () => {
    const bases = [...read('Dockerfile').matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
    for (const base of bases) expect(base).toMatch(/^node:\d+[\w.]*-bookworm-slim$/);
  });
});

describe('the first secrets', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'veogate-secrets-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const init = (args: string[] = [], input = '') =>
    execFileSync(process.execPath, [join(root, 'deploy/make-secrets.mjs'), ...args], {
      encoding: 'utf8',
      input,
      env: { SECRETS_FOLDER: folder, OPS_COMMANDS: join(root, 'ops/dist/main.js') },
    });
  const contents = () =>
    Object.fromEntries(
      Object.keys(compose.secrets).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
    );

  it('are all made at once, for their readers only, and never again', () => {
    expect(init()).toContain('Every secret is there.');
    const made = contents();
    for (const name of Object.keys(compose.secrets)) {
      const { mode, uid } = statSync(join(folder, name));
      expect(mode & 0o777).toBe(0o600);
      const [reader] = services.filter(([, { secrets = [] }]) => secrets.includes(name));
      if (process.getuid?.() === 0) expect(`${uid}:${uid}`, name).toBe(reader?.[1].user);
    }
    init();
    expect(contents()).toEqual(made);
    expect(made['database-url']).toContain(`:${made['database-app-password']?.trim()}@postgres:`);
    expect(made['database-owner-url']).toContain(`:${made['database-owner-password']?.trim()}@postgres:`);
    expect(new Set(Object.values(made).filter(Boolean)).size).toBe(
      Object.values(made).filter(Boolean).length,
    );
  });

  it('that come from elsewhere are put in, where there is such a one', () => {
    init(['smtp-url'], 'smtps://me:pass@mail.example\n\n');
    expect(contents()['smtp-url']).toBe('smtps://me:pass@mail.example\n');
    expect(() => init(['vault-private.json'], '{}')).toThrow(/Name one of/);
    expect(contents()['vault-private.json']).not.toBe('{}\n');
  });

  it('get a new ring where the old one was deleted, and only then', () => {
    const before = contents();
    expect(() => init(['ring'])).toThrow();
    expect(contents()).toEqual(before);
    for (const name of ['vault-public.json', 'vault-private.json']) rmSync(join(folder, name));
    expect(init(['ring'])).toBe('Made vault-public.json, vault-private.json.\n');
    const { 'vault-public.json': ring, 'fingerprint.key': fingerprint } = contents();
    expect(ring).not.toBe(before['vault-public.json']);
    expect(fingerprint).toBe(before['fingerprint.key']);
  });
});

describe('the configuration of nginx', () => {
  const needed = [...new Set([...template.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name ?? ''))];

  it('is filled in whole, with Docker and without', () => {
    const { environment = {} } = named('nginx');
    const given = Object.keys(environment).filter((name) => name.startsWith('VEOGATE_'));
    expect([...given, 'VEOGATE_UPLOAD_LIMIT'].sort()).toEqual([...needed].sort());
    const rendered = execFileSync(process.execPath, [join(root, 'deploy/render-nginx.mjs')], {
      encoding: 'utf8',
      env: { PUBLIC_URL: 'https://veogate.example' },
    });
    expect(rendered.replace(/^\s*#.*/gm, '')).not.toContain('${');
    expect(rendered).toContain(`client_max_body_size ${20 * 1024 * 1024 + 65_536};`);
    expect(rendered).toContain('/etc/letsencrypt/live/veogate.example/fullchain.pem');
  });

  it('says what goes wrong in the words of the API', () => {
    const problems = [...template.matchAll(/return (\d+) '(\{.*\})'/g)];
    expect(problems.length).toBeGreaterThan(4);
    for (const [, status, body = ''] of problems) {
      const { code, title, ...problem } = JSON.parse(body) as {
        code: ErrorCode;
        title: string;
        status: number;
      };
      expect(title).toBe(errorCatalogue[code].title);
      expect([problem.status, Number(status)]).toEqual([errorCatalogue[code].status, problem.status]);
    }
  });
});
