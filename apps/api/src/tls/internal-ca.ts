import 'reflect-metadata';
import { randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';

/** A certificate with what follows it up to its root, and its key. PEM. */
export interface Certificate {
  cert: string;
  key: string;
}

x509.cryptoProvider.set(webcrypto);

const CA_YEARS = 10;
/** Browsers take none that is valid for longer. */
const LEAF_DAYS = 397;
const RENEW_DAYS = 30;
const DAY_MS = 86_400_000;
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const LOCAL_NAMES = ['localhost', '127.0.0.1', '::1'];

/**
 * A certificate for these names and for this machine itself, by a CA of our own. Both are made once and kept in
 * `folder`; the certificate anew before it ends, or when the names are others. People's devices trust `ca.crt`.
 */
export async function openInternalCa(folder: string, names: readonly string[]): Promise<Certificate> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const ca = await readPair(folder, 'ca');
  const authority = ca ?? (await keepFirstPair(folder, 'ca', await makeCa()));
  const wanted = [...new Set([...names.map(plain), ...LOCAL_NAMES])];
  const leaf = await readPair(folder, 'server');
  const fits = leaf && isFresh(leaf.cert, wanted) && isBy(leaf.cert, authority.cert);
  const { cert, key } = fits ? leaf : await replacePair(folder, 'server', await makeLeaf(authority, wanted));
  return { cert: `${cert}${authority.cert}`, key };
}

async function makeCa(): Promise<Certificate> {
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: randomBytes(16).toString('hex'),
    name: `CN=Veogate internal CA ${randomBytes(3).toString('hex')}`,
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + CA_YEARS * 365 * DAY_MS),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return toPem(certificate, keys.privateKey);
}

async function makeLeaf(authority: Certificate, names: readonly string[]): Promise<Certificate> {
  const keys = await generateKeys();
  const issuer = new x509.X509Certificate(authority.cert);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: randomBytes(16).toString('hex'),
    subject: 'CN=Veogate',
    issuer: issuer.subject,
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + (LEAF_DAYS - 1) * DAY_MS),
    publicKey: keys.publicKey,
    signingKey: await importKey(authority.key),
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return toPem(certificate, keys.privateKey);
}

function isFresh(cert: string, names: readonly string[]): boolean {
  const parsed = new X509Certificate(cert);
  const left = Date.parse(parsed.validTo) - Date.now();
  const isNamed = (name: string) =>
    (isIP(name) ? parsed.checkIP(name) : parsed.checkHost(name)) !== undefined;
  return left > RENEW_DAYS * DAY_MS && names.every(isNamed);
}

function isBy(cert: string, ca: string): boolean {
  return new X509Certificate(cert).verify(new X509Certificate(ca).publicKey);
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, [
    'sign',
    'verify',
  ]) as Promise<webcrypto.CryptoKeyPair>;
}

async function toPem(certificate: x509.X509Certificate, key: webcrypto.CryptoKey): Promise<Certificate> {
  const der = await webcrypto.subtle.exportKey('pkcs8', key);
  return {
    cert: `${certificate.toString('pem')}\n`,
    key: `${x509.PemConverter.encode(der, 'PRIVATE KEY')}\n`,
  };
}

function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const [der] = x509.PemConverter.decode(pem);
  if (!der) throw new Error('The key of the internal CA is no key.');
  return webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, false, ['sign']) as Promise<webcrypto.CryptoKey>;
}

async function readPair(folder: string, name: string): Promise<Certificate | null> {
  try {
    const pem = await readFile(join(folder, `${name}.pem`), 'utf8');
    const [cert = '', key = ''] = pem.split(/(?=-----BEGIN PRIVATE KEY-----)/);
    return { cert, key };
  } catch {
    return null;
  }
}

/** Certificate and key stand in one file, so that they always fit each other. */
async function replacePair(folder: string, name: string, pair: Certificate): Promise<Certificate> {
  const draft = await writeDraft(folder, pair.cert + pair.key);
  await rename(draft, join(folder, `${name}.pem`));
  return pair;
}

/** Of two processes that make the CA at once, the second takes the first one's. Its certificate stands apart too, for people. */
async function keepFirstPair(folder: string, name: string, pair: Certificate): Promise<Certificate> {
  const draft = await writeDraft(folder, pair.cert + pair.key);
  await link(draft, join(folder, `${name}.pem`)).catch(() => {});
  await rm(draft);
  const kept = (await readPair(folder, name)) ?? pair;
  await rename(await writeDraft(folder, kept.cert), join(folder, `${name}.crt`));
  return kept;
}

async function writeDraft(folder: string, content: string): Promise<string> {
  const draft = join(folder, `.${randomBytes(8).toString('hex')}`);
  await writePrivate(draft, content);
  return draft;
}

async function writePrivate(file: string, content: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** As it stands in a URL, without the brackets of IPv6. */
function plain(name: string): string {
  return name.replace(/^\[|\]$/g, '').toLowerCase();
}
