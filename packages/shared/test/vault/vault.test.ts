import { describe, expect, it } from 'vitest';
import { createOpener } from '../../src/vault/open.ts';
import { generateRing } from '../../src/vault/ring.ts';
import { createSealer } from '../../src/vault/seal.ts';

const context = { keyId: 'k1', ownerId: 'o1', provider: 'genaipro' };
const fingerprintKey = new Uint8Array(32).fill(7);

async function sealOne(secret = 'eyJ-secret') {
  const { publicRing, privateRing } = await generateRing();
  const message = await createSealer(async () => publicRing).seal(secret, context);
  return { publicRing, privateRing, message, opener: createOpener(async () => privateRing, fingerprintKey) };
}

describe('the vault', () => {
  it('opens what was sealed', async () => {
    const { opener, message } = await sealOne('eyJ ünïcode');
    expect(await opener.open({ ...context, ...message })).toBe('eyJ ünïcode');
  });

  it('seals the same secret differently each time, and never in plain text', async () => {
    const { publicRing, message } = await sealOne();
    const again = await createSealer(async () => publicRing).seal('eyJ-secret', context);
    expect(Buffer.from(again.sealed)).not.toEqual(Buffer.from(message.sealed));
    expect(Buffer.from(message.sealed).includes('eyJ-secret')).toBe(false);
  });

  it.each([{ keyId: 'k2' }, { ownerId: 'o2' }, { provider: 'demo' }])(
    'does not open under %o',
    async (other) => {
      const { opener, message } = await sealOne();
      await expect(opener.open({ ...context, ...other, ...message })).rejects.toThrow();
    },
  );

  it.each([
    ['a truncated message', (m: Uint8Array) => m.slice(0, -1)],
    ['a tag cut to four bytes', (m: Uint8Array) => m.slice(0, -12)],
    ['a changed byte', (m: Uint8Array) => m.map((byte, i) => (i === m.length - 20 ? byte ^ 1 : byte))],
    ['another version', (m: Uint8Array) => m.map((byte, i) => (i === 0 ? 2 : byte))],
    ['nothing', () => new Uint8Array()],
  ])('does not open %s', async (_, spoil) => {
    const { opener, message } = await sealOne();
    await expect(opener.open({ ...context, ...message, sealed: spoil(message.sealed) })).rejects.toThrow();
  });

  it('does not open with another ring, and names the key that is missing', async () => {
    const { message } = await sealOne();
    const { privateRing: foreign } = await generateRing();
    const other = createOpener(async () => foreign, fingerprintKey);
    await expect(other.open({ ...context, ...message })).rejects.toThrow(message.ringId);
  });

  it('forgets an opened key when told to', async () => {
    const { opener, message } = await sealOne();
    await opener.open({ ...context, ...message });
    expect(opener.openedSecrets()).toEqual(['eyJ-secret']);
    opener.forget(context.keyId);
    expect(opener.openedSecrets()).toEqual([]);
  });

  it('gives equal keys of one provider equal fingerprints, and only those', async () => {
    const { opener } = await sealOne();
    const print = (provider: string, secret: string) =>
      Buffer.from(opener.fingerprint(provider, secret)).toString('hex');
    expect(print('demo', 'a')).toBe(print('demo', 'a'));
    expect(new Set([print('demo', 'a'), print('demo', 'b'), print('genaipro', 'a')]).size).toBe(3);
  });
});
