import { readFile } from 'node:fs/promises';
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import { uuidv7 } from 'uuidv7';

/** RFC 9180 with X25519, HKDF-SHA256 and AES-256-GCM. */
export const suite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});

/** First byte of every sealed message, so that the format can change. */
export const SEAL_VERSION = 1;

/** The half that seals; the API holds it. `primary` seals what is new. */
export interface PublicRing {
  primary: string;
  keys: Record<string, string>;
}

/** The half that opens; a worker alone holds it. */
export interface PrivateRing {
  keys: Record<string, string>;
}

/** What a sealed key is bound to: it opens for no other owner, row or provider. */
export interface SealContext {
  keyId: string;
  ownerId: string;
  provider: string;
}

/** The associated data of a sealed message. */
export function toAssociatedData({ keyId, ownerId, provider }: SealContext): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(['veogate key', SEAL_VERSION, keyId, ownerId, provider]));
}

/** A new ring with one key pair, as two objects to be written to two files. Keys are base64. */
export async function generateRing(): Promise<{ publicRing: PublicRing; privateRing: PrivateRing }> {
  const { publicKey, privateKey } = await suite.kem.generateKeyPair();
  const id = uuidv7();
  return {
    publicRing: { primary: id, keys: { [id]: toBase64(await suite.kem.serializePublicKey(publicKey)) } },
    privateRing: { keys: { [id]: toBase64(await suite.kem.serializePrivateKey(privateKey)) } },
  };
}

/** Reads one half of a ring from its file. Throws a sentence that names the file, never its content. */
export async function readRing<R extends PublicRing | PrivateRing>(file: string): Promise<R> {
  const text = await readFile(file, 'utf8');
  try {
    const ring = JSON.parse(text) as R;
    if (Object.keys(ring.keys).length > 0) return ring;
  } catch {
    // Falls through: the parser's message would quote the file.
  }
  throw new Error(`${file} is not a key ring.`);
}

function toBase64(bytes: ArrayBuffer): string {
  return Buffer.from(bytes).toString('base64');
}
