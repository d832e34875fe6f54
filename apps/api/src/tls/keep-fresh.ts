import type { Server } from 'node:http';
import { Server as TlsServer } from 'node:tls';
import type { Services } from '../services.ts';
import { readCertificate } from './certificate.ts';

const DAY_MS = 86_400_000;

/**
 * Shows a renewed certificate to whoever connects from then on: looked for once a day, and at SIGHUP, which is what
 * certbot's hook sends. One that does not fit is logged, and the old one stays.
 */
export function keepFresh(server: Server, { config, log }: Pick<Services, 'config' | 'log'>): void {
  // Over HTTPS the server is of another kind, which takes a new certificate while it runs.
  const secure: unknown = server;
  if (!(secure instanceof TlsServer)) return;
  const renew = async (): Promise<void> => {
    try {
      const certificate = await readCertificate(config);
      if (certificate) secure.setSecureContext({ ...certificate, minVersion: 'TLSv1.2' });
    } catch (error) {
      log.error({ err: error }, 'the certificate was not renewed');
    }
  };
  setInterval(() => void renew(), DAY_MS).unref();
  process.on('SIGHUP', () => void renew());
}
