const GROUPS = 8;
/** 16-bit groups that one subscriber of IPv6 has all the addresses of. */
const NETWORK_GROUPS = 4;
/** Tells it apart from IPv4 and from most of what is no address; a proxy may pass on whatever it was sent. */
const IPV6 = /^[\da-f]*:[\da-f:.]*$/i;

/**
 * Who is counted as one: an IPv4 address by itself; of IPv6 the /64, as whoever has one address of it has all of them.
 * An IPv4 address that came in by an IPv6 socket (`::ffff:…`) counts as IPv4.
 *
 * @returns such as `192.0.2.7` or `2001:db8:0:1::/64`; what is no address stays as it is
 */
export function toNetwork(address: string): string {
  // The zone says by which of our own interfaces it came.
  const plain = address.split('%')[0] ?? address;
  if (!IPV6.test(plain)) return plain;
  const groups = toGroups(plain);
  if (groups.length !== GROUPS) return plain;
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xff_ff;
  if (isMapped) return groups.slice(6).flatMap(toBytes).join('.');
  return `${groups
    .slice(0, NETWORK_GROUPS)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

/** The eight groups of a valid IPv6 address; another number of what is none. */
function toGroups(address: string): number[] {
  const [before = '', after] = address.split('::');
  const head = parse(before);
  if (after === undefined) return head;
  const tail = parse(after);
  return [...head, ...new Array<number>(Math.max(0, GROUPS - head.length - tail.length)).fill(0), ...tail];
}

/** Groups with colons between them; the last two may be written as an IPv4 address. */
function parse(part: string): number[] {
  return part
    .split(':')
    .filter(Boolean)
    .flatMap((group) => {
      if (!group.includes('.')) return [Number.parseInt(group, 16)];
      const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
      return [a * 256 + b, c * 256 + d];
    });
}

function toBytes(group: number): [number, number] {
  return [group >> 8, group & 0xff];
}
