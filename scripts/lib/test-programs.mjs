// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { runCommand } from './run-command.mjs';
import { say } from './say.mjs';

/** What the tests use beside npm packages, under the names that it goes by, and what cannot run without it. */
const PROGRAMS = {
  redis: {
    names: ['redis-server', 'valkey-server'],
    debian: 'redis-server',
    without: 'the queue tests on Redis',
  },
  chromium: {
    names: [
      ...['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    ],
    debian: 'chromium',
    without: 'the tests in a browser',
  },
  nginx: {
    // Debian keeps it where only root looks.
    names: ['nginx', '/usr/sbin/nginx'],
    // It knows no long options.
    asks: '-v',
    debian: 'nginx-light',
    without: 'the tests behind nginx',
  },
  iproute: {
    names: ['ip', '/usr/sbin/ip'],
    asks: '-V',
    debian: 'iproute2',
    without: 'the tests from the address of another machine',
  },
  nftables: {
    names: ['nft', '/usr/sbin/nft'],
    debian: 'nftables',
    without: 'the test of the firewall',
  },
};

/** @typedef {{ names: string[], asks?: string }} Program */
/** @typedef {{ redis: string | undefined, chromium: string | undefined, nginx: string | undefined, iproute: string | undefined, nftables: string | undefined, missing: string[] }} TestPrograms */

/**
 * Finds what the tests use; as root on Debian it installs what is missing.
 * @returns {Promise<TestPrograms>} `missing`: a sentence for each part that cannot run
 */
export async function findTestPrograms() {
  const absent = Object.values(PROGRAMS).filter((program) => !find(program));
  if (absent.length > 0 && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    await install(absent.map(({ debian }) => debian));
  }
  const found = {
    redis: find(PROGRAMS.redis),
    chromium: process.env['TEST_CHROMIUM'] || find(PROGRAMS.chromium),
    nginx: find(PROGRAMS.nginx),
    iproute: find(PROGRAMS.iproute),
    nftables: find(PROGRAMS.nftables),
  };
  const missing = Object.entries(PROGRAMS)
    .filter(([name]) => !found[/** @type {keyof typeof found} */ (name)])
    .map(
      ([name, { without, debian }]) =>
        `${name} is missing, so ${without} cannot run. On Debian: apt-get install ${debian}`,
    );
  return { ...found, missing };
}

/** @param {Program} program @returns {string | undefined} the first that runs: some distributions install a stub */
function find({ names, asks = '--version' }) {
  return names.find((name) => spawnSync(name, [asks], { stdio: 'ignore', timeout: 20_000 }).status === 0);
}

/** @param {string[]} packages */
async function install(packages) {
  say(`Installing ${packages.join(' and ')} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const allowService = forbidServices();
  try {
    for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
      const { code, tail } = await runCommand('apt-get', args, { env });
      if (code === 0) continue;
      say(`apt-get ${args[0]} failed:`);
      console.log(
        tail
          .slice(-10)
          .map((line) => `    ${line}`)
          .join('\n'),
      );
    }
  } finally {
    allowService();
  }
}

/** Debian starts a service that it installs, unless this file says no. @returns {() => void} takes it back */
function forbidServices() {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) return () => {};
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  return () => rmSync(policy, { force: true });
}
