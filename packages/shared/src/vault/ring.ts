import { open, readFile, stat } from 'node:fs/promises';
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
  /** When a lockdown destroyed keys of it. RFC 3339. */
  destroyed_at?: string;
}

/** Gives a half of the ring as it is now. */
export type RingSource<R extends PublicRing | PrivateRing> = () => Promise<R>;

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

/**
 * Opens one half of a ring, which is read again whenever its file was replaced: an operator may do so while services run.
 * Throws where it cannot be read now.
 */
export async function openRing<R extends PublicRing | PrivateRing>(file: string): Promise<RingSource<R>> {
  let known = { version: await versionOf(file), ring: await readRing<R>(file) };
  return async () => {
    const version = await versionOf(file);
    if (version !== known.version) known = { version, ring: await readRing<R>(file) };
    return known.ring;
  };
}

/**
 * Takes keys out of a private ring for good: what was sealed to them can be opened by nobody, from a backup either. Their
 * place in the file is overwritten, which is as much as can be done on a disk that keeps old blocks.
 *
 * @returns those that were in it
 */
export async function destroyRingKeys(file: string, ids: readonly string[]): Promise<string[]> {
  const ring = await readRing<PrivateRing>(file);
  const found = Object.keys(ring.keys).filter((id) => ids.includes(id));
  if (found.length === 0) return [];
  const keys = Object.fromEntries(Object.entries(ring.keys).filter(([id]) => !found.includes(id)));
  const handle = await open(file, 'r+');
  try {
    const { size } = await handle.stat();
    await handle.write(Buffer.alloc(size, ' '), 0, size, 0);
    await handle.sync();
    const text = `${JSON.stringify({ keys, destroyed_at: new Date().toISOString() }, null, 2)}\n`;
    await handle.truncate(0);
    await handle.write(text, 0);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return found;
}

async function versionOf(file: string): Promise<string> {
  const { mtimeMs, ino, size } = await stat(file);
  return `${ino}:${mtimeMs}:${size}`;
}

/**
 * Reads one half of a ring from its file. One without keys is taken only where a lockdown destroyed them. Throws a
 * sentence that names the file, never its content.
 */
export async function readRing<R extends PublicRing | PrivateRing>(file: string): Promise<R> {
  const text = await readFile(file, 'utf8');
  try {
    const ring = JSON.parse(text) as R;
    if (Object.keys(ring.keys).length > 0 || 'destroyed_at' in ring) return ring;
  } catch {
    // Falls through: the parser's message would quote the file.
  }
  throw new Error(`${file} is not a key ring.`);
}

function toBase64(bytes: ArrayBuffer): string {
  return Buffer.from(bytes).toString('base64');
}
