import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiEnv, workerEnv } from '@veogate/shared/config/fragments';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'deploy/systemd');
const SECRETS = '/etc/veogate/secrets/';
const runs = (program: string, ...args: string[]) =>
  spawnSync(program, args, { stdio: 'ignore' }).status === 0;

/** The settings of a unit; one that stands there several times has several values. */
function readUnit(name: string) {
  const settings = new Map<string, string[]>();
  for (const line of readFileSync(join(folder, `veogate-${name}.service`), 'utf8').split('\n')) {
    const [, key = '', value = ''] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (key) settings.set(key, [...(settings.get(key) ?? []), value]);
  }
  const all = (key: string) => settings.get(key) ?? [];
  return {
    all,
    one: (key: string) => all(key)[0],
    credentials: all('LoadCredential').map((each) => each.split(':') as [string, string]),
    env: Object.fromEntries(
      all('Environment').flatMap((line) =>
        [...line.matchAll(/(\w+)=(\S+)/g)].map(([, key, value]) => [key, value]),
      ),
    ) as Record<string, string>,
  };
}

const units = { api: readUnit('api'), worker: readUnit('worker'), migrate: readUnit('migrate') };

describe('the units of systemd', () => {
  let made: string;
  beforeAll(() => {
    made = mkdtempSync(join(tmpdir(), 'veogate-units-'));
  });
  afterAll(() => rmSync(made, { recursive: true, force: true }));

  it.each(Object.entries(units))('veogate-%s can do little where somebody breaks into it', (_, unit) => {
    const hard = {
      NoNewPrivileges: 'yes',
      CapabilityBoundingSet: '',
      ProtectSystem: 'strict',
      ProtectHome: 'yes',
      ProtectProc: 'invisible',
      PrivateTmp: 'yes',
      PrivateDevices: 'yes',
      RestrictNamespaces: 'yes',
      SystemCallArchitectures: 'native',
      InaccessiblePaths: '/etc/veogate/secrets',
    };
    for (const [key, value] of Object.entries(hard)) expect([key, unit.one(key)]).toEqual([key, value]);
    for (const limit of ['MemoryMax', 'TasksMax']) expect(unit.one(limit)).toMatch(/\d/);
    expect(unit.one('DynamicUser') ?? unit.one('User')).toMatch(/^(yes|veogate-\w+)$/);
  });

  it('run as users of their own, who meet in the folder of the files', () => {
    expect(units.api.one('User')).not.toBe(units.worker.one('User'));
    for (const unit of [units.api, units.worker]) {
      expect([unit.one('Group'), unit.one('UMask')]).toEqual(['veogate', '0007']);
      expect(unit.one('ReadWritePaths')).toBe('/var/lib/veogate');
    }
    expect(units.migrate.one('ReadWritePaths')).toBeUndefined();
  });

  it('hand what opens keys to the worker alone, and each secret to who reads it', () => {
    const names = (unit: typeof units.api) => unit.credentials.map(([name]) => name);
    for (const name of ['vault-private.json', 'fingerprint.key']) {
      expect(names(units.worker)).toContain(name);
      expect([...names(units.api), ...names(units.migrate)]).not.toContain(name);
    }
    for (const unit of Object.values(units)) {
      for (const [name, file] of unit.credentials) expect(file).toBe(SECRETS + name);
      const read = Object.values(unit.env).flatMap((value) => /^%d\/(.+)$/.exec(value)?.[1] ?? []);
      expect(read.sort()).toEqual(names(unit).sort());
    }
  });

  it.each([
    ['api', apiEnv.properties],
    ['worker', workerEnv.properties],
  ] as const)('tell veogate-%s nothing that it does not read', (name, known) => {
    for (const variable of Object.keys(units[name].env).filter((each) => each !== 'NODE_ENV')) {
      expect(Object.keys(known)).toContain(variable in known ? variable : variable.replace(/_FILE$/, ''));
    }
  });

  it('find every secret that they are handed', () => {
    execFileSync(process.execPath, [join(root, 'deploy/make-secrets.mjs'), '--machine'], {
      env: { SECRETS_FOLDER: join(made, 'secrets') },
    });
    const there = readdirSync(join(made, 'secrets'));
    const handed = Object.values(units).flatMap(({ credentials }) => credentials.map(([name]) => name));
    expect(there).toEqual(expect.arrayContaining(handed));
    expect(readFileSync(join(made, 'secrets/database-url'), 'utf8')).toMatch(
      /^postgres:\/\/veogate:\w{48}@127\.0\.0\.1:5432\/veogate\n$/,
    );
  });

  it.skipIf(!runs('systemd-analyze', '--version'))('are what systemd takes', () => {
    const files = Object.keys(units).map((name) => join(made, `veogate-${name}.service`));
    for (const [index, name] of Object.keys(units).entries()) {
      const text = readFileSync(join(folder, `veogate-${name}.service`), 'utf8');
      // Where Node.js is on this machine.
      writeFileSync(files[index] ?? '', text.replaceAll('/usr/bin/node', process.execPath));
    }
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...files], {
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
  });
});

describe('the firewall', () => {
  const file = join(root, 'deploy/nftables/veogate.nft');

  it('lets nothing in but the tunnel and ssh, and the page inside the tunnel', () => {
    const rules = readFileSync(file, 'utf8').replace(/^\s*#.*$/gm, '');
    expect(rules).toMatch(/hook input priority filter; policy drop;/);
    expect([...rules.matchAll(/^.*\bdport\b.*$/gm)].map(([line]) => line.trim())).toEqual([
      'ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept',
      'udp dport $tunnel_port accept',
      'tcp dport $ssh_port ct state new limit rate 15/minute burst 30 packets accept',
      'iifname $tunnel tcp dport { 80, 443 } accept',
    ]);
  });

  // In a network namespace of its own, so that nothing of this machine changes.
  it.skipIf(!runs('unshare', '-rn', 'nft', '--version'))('is loaded by nftables, also over itself', () => {
    execFileSync('unshare', [
      '-rn',
      'sh',
      '-c',
      `nft -f '${file}' && nft -f '${file}' && nft list table inet veogate`,
    ]);
  });
});
