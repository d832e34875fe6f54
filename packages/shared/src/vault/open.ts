import { createHmac } from 'node:crypto';
import {
  type PrivateRing,
  type RingSource,
  SEAL_VERSION,
  type SealContext,
  suite,
  toAssociatedData,
} from './ring.ts';

/** Bytes of an encapsulated X25519 key (RFC 9180, 7.1). */
const ENC_LENGTH = 32;
/** How long an opened key may stay in a worker's memory. */
const KEPT_MS = 60_000;

export interface SealedKey extends SealContext {
  sealed: Uint8Array;
  ringId: string;
}

export type Opener = ReturnType<typeof createOpener>;

/**
 * Opens sealed provider keys. Only a worker may hold one of these.
 *
 * @param readRing the private half of the ring
 * @param fingerprintKey keys the fingerprints, so that a copy of the database cannot test guesses against them
 */
export function createOpener(readRing: RingSource<PrivateRing>, fingerprintKey: Uint8Array) {
  const opened = new Map<string, { secret: string; timer: NodeJS.Timeout }>();

  async function decrypt(key: SealedKey): Promise<string> {
    const encoded = (await readRing()).keys[key.ringId];
    if (!encoded) throw new Error(`The private ring has no key ${key.ringId}.`);
    const message = new Uint8Array(key.sealed);
    if (message[0] !== SEAL_VERSION)
      throw new Error(`A sealed key of version ${message[0]} cannot be opened.`);
    const recipientKey = await suite.kem.deserializePrivateKey(Buffer.from(encoded, 'base64'));
    const enc = message.slice(1, 1 + ENC_LENGTH);
    const recipient = await suite.createRecipientContext({ recipientKey, enc });
    const plain = await recipient.open(message.slice(1 + ENC_LENGTH), toAssociatedData(key));
    return new TextDecoder().decode(plain);
  }

  return {
    /** The key in plain text. Throws where the ring, the message or what it is bound to do not fit. */
    async open(key: SealedKey): Promise<string> {
      const known = opened.get(key.keyId);
      if (known) return known.secret;
      const secret = await decrypt(key);
      const timer = setTimeout(() => opened.delete(key.keyId), KEPT_MS).unref();
      opened.set(key.keyId, { secret, timer });
      return secret;
    },

    /** Drops a key from memory at once. */
    forget(keyId: string): void {
      clearTimeout(opened.get(keyId)?.timer);
      opened.delete(keyId);
    },

    /** Drops every key from memory at once. */
    forgetAll(): void {
      for (const { timer } of opened.values()) clearTimeout(timer);
      opened.clear();
    },

    /** The same for equal keys of one provider, and useless without the fingerprint key. */
    fingerprint(provider: string, secret: string): Uint8Array<ArrayBuffer> {
      return new Uint8Array(createHmac('sha256', fingerprintKey).update(`${provider}\0${secret}`).digest());
    },

    /** Every secret in memory, for the redaction of logs by value. */
    openedSecrets(): string[] {
      return [...opened.values()].map(({ secret }) => secret);
    },
  };
}
