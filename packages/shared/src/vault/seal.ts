import {
  type PublicRing,
  type RingSource,
  SEAL_VERSION,
  type SealContext,
  suite,
  toAssociatedData,
} from './ring.ts';

export type Sealer = ReturnType<typeof createSealer>;

/**
 * Seals provider keys to the worker's public key (HPKE, RFC 9180). It holds nothing that could open one again.
 *
 * @param readRing the public half of the ring, from its file and never from the database
 */
export function createSealer(readRing: RingSource<PublicRing>) {
  async function readPrimary(): Promise<{ id: string; encoded: string }> {
    const { primary, keys } = await readRing();
    const encoded = keys[primary];
    if (!encoded) throw new Error('The ring of public keys has no primary key: is it the private one?');
    return { id: primary, encoded };
  }

  return {
    /** The ring keys that there are. Throws where nothing could be sealed. */
    async ringIds(): Promise<string[]> {
      await readPrimary();
      return Object.keys((await readRing()).keys);
    },

    /** The sealed message (version byte, encapsulated key, ciphertext) and the ring key that it is sealed to. */
    async seal(
      secret: string,
      context: SealContext,
    ): Promise<{ sealed: Uint8Array<ArrayBuffer>; ringId: string }> {
      const { id: ringId, encoded } = await readPrimary();
      const recipientPublicKey = await suite.kem.deserializePublicKey(Buffer.from(encoded, 'base64'));
      const sender = await suite.createSenderContext({ recipientPublicKey });
      const ciphertext = await sender.seal(new TextEncoder().encode(secret), toAssociatedData(context));
      const sealed = Buffer.concat([
        Buffer.of(SEAL_VERSION),
        Buffer.from(sender.enc),
        Buffer.from(ciphertext),
      ]);
      return { sealed: new Uint8Array(sealed), ringId };
    },
  };
}
