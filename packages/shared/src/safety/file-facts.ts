import { X509Certificate } from 'node:crypto';
import { access, constants, readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { SafetyFacts } from '../domain/safety/facts.ts';

const READABLE_BY_OTHERS = 0o044;

/** Of the secrets in DATA_DIR and of `more`, those that others can read. What does not exist is no danger. */
export async function findOpenFiles(
  dataDir: string,
  more: readonly (string | undefined)[],
): Promise<string[]> {
  const secrets = join(dataDir, 'secrets');
  const found = await readdir(secrets, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = [
    ...more.filter((file) => file !== undefined),
    join(dataDir, 'owner-token'),
    // Of TLS=internal; whoever holds it can pretend to be any site.
    join(dataDir, 'tls/ca.pem'),
    join(dataDir, 'tls/server.pem'),
    ...found
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .filter((file) => !isPublic(file)),
  ];
  const open = await Promise.all(
    [...new Set(files)].map(async (file) => {
      const { mode } = await stat(file).catch(() => ({ mode: 0 }));
      return mode & READABLE_BY_OTHERS ? [file] : [];
    }),
  );
  return open.flat();
}

/** The private half of the key ring in DATA_DIR, where this process can read it. */
export async function findReadableRing(dataDir: string): Promise<string | null> {
  const ring = join(dataDir, 'secrets/worker/vault-private.json');
  return access(ring, constants.R_OK).then(
    () => ring,
    () => null,
  );
}

/** When a certificate (PEM) ends. */
export async function readCertificate(file: string): Promise<NonNullable<SafetyFacts['certificate']>> {
  try {
    return { endsAt: new Date(new X509Certificate(await readFile(file)).validTo) };
  } catch {
    return { problem: `The file ${file} cannot be read, or holds no certificate.` };
  }
}

/** Certificates and public keys are there to be read. */
const isPublic = (file: string) =>
  /\.(crt|pem|pub)$|vault-public\.json$/.test(file) && !/key/i.test(basename(file));
