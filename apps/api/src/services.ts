import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '@veogate/shared/config/config-error';
import { apiEnv } from '@veogate/shared/config/fragments';
import { readNetworks } from '@veogate/shared/config/networks';
import { readEnv } from '@veogate/shared/config/read-env';
import { openDatabase } from '@veogate/shared/db/client';
import { knowsFiles } from '@veogate/shared/db/file-repo';
import { createLatencyBook } from '@veogate/shared/db/latency-repo';
import { openReader } from '@veogate/shared/db/reader';
import { readService } from '@veogate/shared/db/service-reading-repo';
import { limitsOf } from '@veogate/shared/domain/limits';
import { modes } from '@veogate/shared/domain/modes';
import { createEventListener, createEventSender } from '@veogate/shared/events/channel';
import { openQueueBackend } from '@veogate/shared/jobs/queue-backend';
import { openQueues } from '@veogate/shared/jobs/queues';
import { createLogger } from '@veogate/shared/logging/create-logger';
import { openDiskStore } from '@veogate/shared/storage/disk';
import { openRing, type PublicRing } from '@veogate/shared/vault/ring';
import { createSealer } from '@veogate/shared/vault/seal';
import { addServiceGauges, createMetrics } from '@veogate/shared/watching/metrics';
import { createTracing } from '@veogate/shared/watching/tracing';
import { watchProcess } from '@veogate/shared/watching/watch-process';
import { createAnnouncer } from '@veogate/shared/webhooks/announce';
import type { DestinationStream } from 'pino';
import { createBlockedNetworks } from './blocked-networks.ts';
import { createEventHub } from './event-hub.ts';
import { openRateCounters } from './rate-counters.ts';
import { readTerms } from './terms.ts';
import { readCertificate } from './tls/certificate.ts';

/** Where the build puts the web app. As far from here as from `dist/`. */
const BUILT_WEB_APP = new URL('../../web/dist', import.meta.url);
/** Characters that cannot be guessed; an empty file would let everybody in. */
const OWNER_TOKEN_LENGTH = 32;

export type Services = Awaited<ReturnType<typeof createServices>>;

/**
 * Constructs everything that the API uses; nothing else does. Throws a ConfigError where `env` does not fit.
 *
 * @param logTo where log lines go; standard output where left out
 */
export async function createServices(env: NodeJS.ProcessEnv, logTo?: DestinationStream) {
  const config = readEnv(apiEnv, env);
  const ownerToken = config.ACCESS_PROFILE === 'local' ? await readOwnerToken(config.OWNER_TOKEN_FILE) : null;
  const sealer = createSealer(await openRing<PublicRing>(config.VAULT_PUBLIC_KEYS_FILE));
  await sealer.ringIds();
  const log = createLogger({ level: config.LOG_LEVEL, name: 'api', ...(logTo && { destination: logTo }) });
  const terms = await readTerms(config);
  const certificate = await readCertificate(config);
  const networks = readNetworks({
    TRUSTED_PROXIES: config.TRUSTED_PROXIES,
    ALLOWED_NETWORKS: config.ALLOWED_NETWORKS,
  });
  const rateCounters = openRateCounters(config.REDIS_URL, log);
  const directUrl = config.DATABASE_DIRECT_URL ?? config.DATABASE_URL;
  const db = openDatabase({ url: config.DATABASE_URL, max: 16 });
  const reader = openReader({ url: config.DATABASE_URL, max: 8 });
  const queueBackend = openQueueBackend({ databaseUrl: directUrl, redisUrl: config.REDIS_URL });
  const queues = openQueues(queueBackend, (error, sentence) => log.warn({ err: error }, sentence));
  const events = createEventSender(directUrl, createAnnouncer({ db, queues }));
  const hub = createEventHub();
  const listener = createEventListener(directUrl, hub.publish);

  const watch = watchProcess({
    db,
    process: `api:${process.pid}`,
    folder: fileURLToPath(config.STORAGE_URL),
    everyMs: config.COUNTS_EVERY_MS,
    onError: (error) => log.warn({ err: error }, 'what was counted could not be written'),
  });

  const metrics = createMetrics('api');
  const refreshMetrics = addServiceGauges(metrics, modes, () => readService(db));

  const tracing = await createTracing({ service: 'api', endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT });

  return {
    config,
    log,
    db,
    reader,
    sealer,
    queues,
    events,
    hub,
    listener,
    store: openDiskStore(config.STORAGE_URL, { isNew: async () => !(await knowsFiles(db)) }),
    latencies: createLatencyBook(db),
    webDir: config.WEB_DIR ? resolve(config.WEB_DIR) : fileURLToPath(BUILT_WEB_APP),
    limits: limitsOf(config),
    terms,
    /** Null where something before the service speaks TLS. */
    certificate,
    networks,
    rateCounters,
    metrics,
    tracing,
    refreshMetrics,
    /** Over this process. */
    watch,
    /** Aborted when this process begins to stop. */
    stopping: new AbortController(),
    blockedNetworks: createBlockedNetworks(db, log),
    /** SHA-256 of the owner token, so that the token itself does not stay in memory; null but in profile `local`. */
    ownerTokenHash: ownerToken === null ? null : hash(ownerToken),
    /** SHA-256 of the team password's hash: sessions that it opened end with it. */
    teamPasswordHash: config.TEAM_PASSWORD_HASH ? hash(config.TEAM_PASSWORD_HASH) : null,

    async close(): Promise<void> {
      await watch.close();
      await tracing.close();
      await listener.close();
      await queues.close();
      await events.close();
      await queueBackend.close();
      rateCounters.close();
      await reader.close();
      await db.$disconnect();
    },
  };
}

function hash(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(text).digest());
}

async function readOwnerToken(file = ''): Promise<string> {
  const token = await readFile(file, 'utf8').then(
    (text) => text.trim(),
    () => '',
  );
  if (token.length >= OWNER_TOKEN_LENGTH) return token;
  throw new ConfigError([
    `OWNER_TOKEN_FILE: ${file || 'a file'} must hold a token of at least ${OWNER_TOKEN_LENGTH} characters.`,
  ]);
}
