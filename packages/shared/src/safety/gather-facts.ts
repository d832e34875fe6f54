import type { Database } from '../db/client.ts';
import { readRole } from '../db/safety-repo.ts';
import type { SafetyFacts, SafetySettings } from '../domain/safety/facts.ts';
import { findOpenFiles, findReadableRing, readCertificate } from './file-facts.ts';
import { askRedis } from './redis-facts.ts';

/** Where to look. */
interface Places extends SafetySettings {
  DATA_DIR: string;
}

/**
 * Finds out what the settings do not tell: about files, certificate, database and Redis. Whatever cannot be reached
 * becomes a finding; nothing is thrown.
 *
 * @param db as the service connects; left out where there is none to be asked
 * @param files further files that hold secrets
 */
export async function gatherFacts(
  settings: Places,
  { db, files = [] }: { db?: Database | undefined; files?: readonly (string | undefined)[] },
): Promise<SafetyFacts> {
  const { TLS, TLS_CERT_FILE, TLS_KEY_FILE, DATA_DIR, REDIS_URL } = settings;
  const [openFiles, readableRing, certificate, database, redis] = await Promise.all([
    findOpenFiles(DATA_DIR, [TLS_KEY_FILE, ...files]),
    findReadableRing(DATA_DIR),
    TLS === 'files' && TLS_CERT_FILE ? readCertificate(TLS_CERT_FILE) : undefined,
    db && readRole(db).catch(() => ({ problem: 'The database does not answer, or has no tables yet.' })),
    REDIS_URL ? askRedis(REDIS_URL) : undefined,
  ]);
  return {
    nodeVersion: process.versions.node,
    openFiles,
    // Before the first start there is no ring yet, and who will be able to read it is not known.
    ...((db || readableRing) && { readableRing }),
    ...(certificate && { certificate }),
    ...(database && { database }),
    ...(redis && { redis }),
  };
}
