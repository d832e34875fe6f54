import { readFile } from 'node:fs/promises';
import { type PrivateRing, type PublicRing, readRing } from '@veogate/shared/vault/ring';
import { Decrypter, Encrypter } from 'age-encryption';
import { Problem } from '../command.ts';
import { replacePrivate } from '../private-file.ts';

/** The files that open saved keys, recognise equal ones, and seal the audit log. */
export interface RingPaths {
  publicFile: string;
  privateFile: string;
  fingerprintFile: string;
}

export interface RingArchive {
  public: PublicRing;
  private: PrivateRing;
  /** Base64. */
  fingerprint: string;
}

/** Encrypts the three under a passphrase (age, scrypt): one file, which anybody's `age -d` opens. */
export async function sealRing({ publicFile, privateFile, fingerprintFile }: RingPaths, passphrase: string) {
  const archive: RingArchive = {
    public: await readRing<PublicRing>(publicFile),
    private: await readRing<PrivateRing>(privateFile),
    fingerprint: (await readFile(fingerprintFile, 'utf8')).trim(),
  };
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  return encrypter.encrypt(JSON.stringify(archive));
}

/**
 * Puts a ring back beside the one that is there: what was sealed to either can be opened, and what is sealed from now on
 * is sealed to the present one. Keys that a lockdown took out of use stay out of it.
 */
export async function restoreRing(
  { publicFile, privateFile, fingerprintFile }: RingPaths,
  { archive, lost }: { archive: RingArchive; lost: readonly string[] },
): Promise<void> {
  const present = {
    public: await readRing<PublicRing>(publicFile).catch(() => null),
    private: await readRing<PrivateRing>(privateFile).catch(() => null),
  };
  const keep = (keys: Record<string, string> = {}) =>
    Object.entries(keys).filter(([id]) => !lost.includes(id));
  const publicKeys = Object.fromEntries([...keep(archive.public.keys), ...keep(present.public?.keys)]);
  const primary = [present.public?.primary, archive.public.primary].find(
    (id) => id !== undefined && id in publicKeys,
  );
  if (primary === undefined)
    throw new Problem('Every key of both rings was lost. Make one: npm run ops -- init --ring');
  const privateKeys = Object.fromEntries([...keep(archive.private.keys), ...keep(present.private?.keys)]);
  const toText = (value: object) => `${JSON.stringify(value, null, 2)}\n`;
  await replacePrivate(privateFile, toText({ keys: privateKeys }));
  await replacePrivate(publicFile, toText({ primary, keys: publicKeys }));
  await replacePrivate(fingerprintFile, `${archive.fingerprint}\n`);
}

/** Throws a Problem where the passphrase does not open it. */
export async function openArchive(sealed: Uint8Array, passphrase: string): Promise<RingArchive> {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  try {
    // Written by `sealRing`, which nobody without the passphrase can have changed.
    return JSON.parse(await decrypter.decrypt(sealed, 'text')) as RingArchive;
  } catch {
    throw new Problem('The passphrase does not open the ring of this backup.');
  }
}
