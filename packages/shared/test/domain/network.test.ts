import { describe, expect, it } from 'vitest';
import { toNetwork } from '../../src/domain/network.ts';

describe('toNetwork', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:c000:0207', '192.0.2.7'],
    ['0:0:0:0:0:ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:0:1:aaaa:bbbb:cccc:dddd', '2001:db8:0:1::/64'],
    ['2001:DB8:0:1::9', '2001:db8:0:1::/64'],
    ['2001:db8::1:2:3:4:5', '2001:db8:0:1::/64'],
    ['2001:0db8:0000:0001:0:0:0:0', '2001:db8:0:1::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    // Compatible, not mapped: long out of use, and no way to come in by another network.
    ['::192.0.2.7', '0:0:0:0::/64'],
    ['', ''],
    ['somewhere', 'somewhere'],
  ])('counts %s as %s', (address, network) => {
    expect(toNetwork(address)).toBe(network);
  });

  it('counts neighbours in a /64 as one, and the next /64 as another', () => {
    expect(toNetwork('2001:db8:7:8::1')).toBe(toNetwork('2001:db8:7:8:ffff:ffff:ffff:ffff'));
    expect(toNetwork('2001:db8:7:8::1')).not.toBe(toNetwork('2001:db8:7:9::1'));
  });
});
