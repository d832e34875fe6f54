import { execFile, spawnSync } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const IP = process.env['TEST_IP'] || ['/usr/sbin/ip', '/sbin/ip'].find((path) => existsSync(path)) || 'ip';

export type Neighbour = Awaited<ReturnType<typeof createNeighbour>>;

/** Why there can be no neighbour here; undefined where there can be. In CI there must be: its tests fail there. */
export const whyAlone = process.env['CI'] === 'true' ? undefined : findObstacle();

function findObstacle(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root makes network namespaces';
  const name = newName();
  const { status } = spawnSync(IP, ['netns', 'add', name], { stdio: 'ignore' });
  if (status !== 0) return 'no network namespace can be made here';
  spawnSync(IP, ['netns', 'delete', name], { stdio: 'ignore' });
  return undefined;
}

/**
 * Another machine on a network of two, as far as programs can tell: a network namespace at the other end of a virtual
 * cable. Nothing of it leaves this machine.
 */
export async function createNeighbour() {
  const name = newName();
  // Of the addresses that are set aside for trying networks (RFC 2544), four at random.
  const net = `198.${randomInt(18, 20)}.${randomInt(256)}`;
  const first = randomInt(64) * 4;
  const [network, own, its] = [0, 1, 2].map((n) => `${net}.${first + n}`) as [string, string, string];
  const ip = (...args: string[]) => run(IP, args);
  await ip('netns', 'add', name);
  const folder = await mkdtemp(join(tmpdir(), 'veogate-neighbour-'));
  const remove = async () => {
    // The cable goes with it.
    await ip('netns', 'delete', name);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await ip('link', 'add', name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
    await ip('address', 'add', `${own}/30`, 'dev', name);
    await ip('link', 'set', name, 'up');
    await ip('-n', name, 'address', 'add', `${its}/30`, 'dev', 'eth0');
    for (const device of ['lo', 'eth0']) await ip('-n', name, 'link', 'set', device, 'up');
  } catch (error) {
    await remove();
    throw error;
  }

  return {
    /** This machine's address, as the neighbour knows it. */
    host: own,
    /** Its own. */
    address: its,
    /** Both, as CIDR. */
    network: `${network}/30`,

    /** A program that is the given one, run over there. */
    async wrap(program: string): Promise<string> {
      const file = join(folder, 'program');
      await writeFile(file, `#!/bin/sh\nexec ${IP} netns exec ${name} ${program} "$@"\n`, { mode: 0o755 });
      return file;
    },

    /** Runs JavaScript over there, and returns what it printed. */
    async run(script: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
      const args = ['netns', 'exec', name, process.execPath, '--input-type=module', '-e', script];
      const { stdout } = await run(IP, args, { env: { PATH: process.env['PATH'], ...env } });
      return stdout.trim();
    },

    remove,
  };
}

/** No longer than the name of a network device may be. */
function newName(): string {
  return `vg-${randomBytes(4).toString('hex')}`;
}
