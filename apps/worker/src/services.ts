import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAuditSeal } from '@veogate/shared/audit/chain';
import { workerEnv } from '@veogate/shared/config/fragments';
import { readEnv } from '@veogate/shared/config/read-env';
import { openDatabase } from '@veogate/shared/db/client';
import { knowsFiles } from '@veogate/shared/db/file-repo';
import { createLatencyBook } from '@veogate/shared/db/latency-repo';
import { openReader } from '@veogate/shared/db/reader';
import { createEventSender } from '@veogate/shared/events/channel';
import { jobNames } from '@veogate/shared/jobs/catalog';
import { openQueueBackend } from '@veogate/shared/jobs/queue-backend';
import { openQueues } from '@veogate/shared/jobs/queues';
import { createLogger } from '@veogate/shared/logging/create-logger';
import { createMailer, usualSender } from '@veogate/shared/notices/mailer';
import { createProviders } from '@veogate/shared/providers/registry';
import { openDiskStore } from '@veogate/shared/storage/disk';
import { createOpener } from '@veogate/shared/vault/open';
import { openRing, type PrivateRing } from '@veogate/shared/vault/ring';
import { createMetrics } from '@veogate/shared/watching/metrics';
import { createTracing } from '@veogate/shared/watching/tracing';
import { watchProcess } from '@veogate/shared/watching/watch-process';
import { createAnnouncer } from '@veogate/shared/webhooks/announce';
import { openJournal } from './journal.ts';
import { measureProviders } from './measure-providers.ts';

export type Services = Awaited<ReturnType<typeof createServices>>;

/** Constructs everything that the worker uses; nothing else does. Throws a ConfigError where `env` does not fit. */
export async function createServices(env: NodeJS.ProcessEnv) {
  const config = readEnv(workerEnv, env);
  const fingerprintKey = Buffer.from(await readFile(config.FINGERPRINT_KEY_FILE, 'utf8'), 'base64');
  const opener = createOpener(await openRing<PrivateRing>(config.VAULT_PRIVATE_KEYS_FILE), fingerprintKey);
  const log = createLogger({ level: config.LOG_LEVEL, name: 'worker', secrets: opener.openedSecrets });
  const directUrl = config.DATABASE_DIRECT_URL ?? config.DATABASE_URL;
  const db = openDatabase({ url: config.DATABASE_URL, max: 16 });
  const reader = openReader({ url: config.DATABASE_URL, max: 4 });
  const queueBackend = openQueueBackend({
    databaseUrl: directUrl,
    redisUrl: config.REDIS_URL,
    listeners: jobNames.length,
  });
  const queues = openQueues(queueBackend, (error, sentence) => log.warn({ err: error }, sentence));
  const events = createEventSender(directUrl, createAnnouncer({ db, queues }));
  const journal = await openJournal(config.JOURNAL_DIR ?? join(config.DATA_DIR, 'journal'));
  const [stopping, givingUp] = [new AbortController(), new AbortController()];
  const metrics = createMetrics('worker');
  const known = createProviders({
    genaiproBaseUrl: config.GENAIPRO_BASE_URL,
    requestsPerMinute: config.GENAIPRO_REQUESTS_PER_MINUTE,
    simulatorUrl: config.SIMULATOR_URL,
  });

  const { SMTP_URL, MAIL_FROM = usualSender(config.PUBLIC_URL), WEBHOOK_TIMEOUT_MS } = config;
  const mailer = SMTP_URL
    ? createMailer({ url: SMTP_URL, from: MAIL_FROM, timeoutMs: WEBHOOK_TIMEOUT_MS })
    : null;

  const watch = watchProcess({
    db,
    process: `worker:${process.pid}`,
    folder: fileURLToPath(config.STORAGE_URL),
    everyMs: config.COUNTS_EVERY_MS,
    onError: (error) => log.warn({ err: error }, 'what was counted could not be written'),
  });

  const tracing = await createTracing({ service: 'worker', endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT });
  const providers = measureProviders(known, { metrics, tracing });

  return {
    config,
    log,
    db,
    reader,
    opener,
    auditSeal: createAuditSeal(fingerprintKey),
    /** Of the database, past any pooler. */
    directUrl,
    queueBackend,
    queues,
    events,
    journal,
    /** Null where no mail server is set. */
    mailer,
    metrics,
    tracing,
    /** Over this process. */
    watch,
    providers,
    store: openDiskStore(config.STORAGE_URL, { isNew: async () => !(await knowsFiles(db)) }),
    latencies: createLatencyBook(db),
    /** Aborted when this process begins to stop: what can simply be done again is given up at once. */
    stopping,
    /** Aborted when this process has to end soon: even a submit under way is given up, its outcome unknown. */
    givingUp,
    /** Names this process in leases. */
    worker: `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`,

    async close(): Promise<void> {
      mailer?.close();
      await watch.close();
      await tracing.close();
      await queues.close();
      await events.close();
      await queueBackend.close();
      await reader.close();
      await db.$disconnect();
    },
  };
}
