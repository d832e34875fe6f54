import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { ConfigError } from '@veogate/shared/config/config-error';
import { type Certificate, openInternalCa } from './internal-ca.ts';

interface TlsSettings {
  TLS: 'off' | 'files' | 'internal';
  TLS_CERT_FILE?: string | undefined;
  TLS_KEY_FILE?: string | undefined;
  DATA_DIR: string;
  PUBLIC_URL?: string | undefined;
  HOST: string;
}

/**
 * The certificate that the service shows: of the operator's own files, or of a CA that is made in DATA_DIR/tls. Null
 * where something before the service speaks TLS. Asked again later it is read anew, or renewed. Throws a ConfigError
 * where the files do not fit.
 */
export async function readCertificate(settings: TlsSettings): Promise<Certificate | null> {
  if (settings.TLS === 'off') return null;
  if (settings.TLS === 'files') return readFiles(settings);
  const names = [settings.PUBLIC_URL && new URL(settings.PUBLIC_URL).hostname, settings.HOST];
  return openInternalCa(join(settings.DATA_DIR, 'tls'), names.filter(isName));
}

async function readFiles({ TLS_CERT_FILE, TLS_KEY_FILE }: TlsSettings): Promise<Certificate> {
  const cert = await read('TLS_CERT_FILE', TLS_CERT_FILE);
  const key = await read('TLS_KEY_FILE', TLS_KEY_FILE);
  try {
    createSecureContext({ cert, key });
  } catch {
    throw new ConfigError([
      `TLS_KEY_FILE: ${TLS_KEY_FILE} is not the key of the certificate in TLS_CERT_FILE.`,
    ]);
  }
  if (new Date(new X509Certificate(cert).validTo) < new Date())
    throw new ConfigError([`TLS_CERT_FILE: the certificate in ${TLS_CERT_FILE} has ended. Renew it.`]);
  return { cert, key };
}

async function read(name: string, file: string | undefined): Promise<string> {
  if (!file) throw new ConfigError([`${name}: is missing, and TLS=files needs it.`]);
  return readFile(file, 'utf8').catch(() => {
    throw new ConfigError([`${name}: ${file} cannot be read.`]);
  });
}

/** An address that stands for all of them names none. */
function isName(name: string | undefined): name is string {
  return name !== undefined && name !== '' && name !== '0.0.0.0' && name !== '::';
}
