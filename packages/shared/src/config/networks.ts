import { BlockList, isIP } from 'node:net';
import { ConfigError } from './config-error.ts';

/**
 * Networks as the settings write them (CIDR). An address alone is a network of one.
 *
 * @param settings names with their entries
 * @throws ConfigError that names each entry which is no network
 */
export function readNetworks<Name extends string>(
  settings: Readonly<Record<Name, readonly string[]>>,
): Record<Name, BlockList> {
  const problems: string[] = [];
  const lists = Object.entries<readonly string[]>(settings).map(([name, entries]) => {
    const list = new BlockList();
    for (const entry of entries) {
      if (!add(list, entry))
        problems.push(`${name}: "${entry}" is not a network such as 10.0.0.0/8 or fd00::/8.`);
    }
    return [name, list] as const;
  });
  if (problems.length > 0) throw new ConfigError(problems);
  // Made of the very names that were given.
  return Object.fromEntries(lists) as Record<Name, BlockList>;
}

/** Whether an address lies in one of the networks; an IPv4 address also where it came in by an IPv6 socket. */
export function isIn(list: BlockList, address: string): boolean {
  const plain = (address.split('%')[0] ?? '').replace(/^::ffff:(?=\d+\.)/i, '');
  const version = isIP(plain);
  return version !== 0 && list.check(plain, version === 4 ? 'ipv4' : 'ipv6');
}

/** Whether it is an address, or a network such as 192.0.2.0/24. */
export function isNetwork(entry: string): boolean {
  return add(new BlockList(), entry);
}

function add(list: BlockList, entry: string): boolean {
  const [address = '', bits, ...rest] = entry.split('/');
  const version = isIP(address);
  const most = version === 4 ? 32 : 128;
  const prefix = bits === undefined ? most : Number(bits);
  const fits = bits === undefined || (/^\d{1,3}$/.test(bits) && prefix <= most);
  if (version === 0 || !fits || rest.length > 0 || address.includes('%')) return false;
  list.addSubnet(address, prefix, version === 4 ? 'ipv4' : 'ipv6');
  return true;
}
