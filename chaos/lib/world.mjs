// @ts-check
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { startSimulator } from '@veogate/simulator';
import { startChild, untilReady } from '../../scripts/lib/child.mjs';
import { openLog } from '../../scripts/lib/log-file.mjs';
import { BUILT } from '../../scripts/lib/paths.mjs';
import { freePort } from '../../scripts/lib/ports.mjs';
import { sharedTempDir } from '../../scripts/lib/postgres.mjs';
import { makeServiceSecrets } from '../../scripts/lib/service-secrets.mjs';
import { openDisk, openPostgres, openRedis } from './stores.mjs';
import { until } from './wait.mjs';
import { createWorker } from './worker.mjs';

const WORKERS = 2;

/** Short times, so that what takes minutes in earnest takes a moment here. */
const TIMES = {
  SUBMIT_TIMEOUT_MS: 1_500,
  STALE_AFTER_MS: 1_000,
  SWEEP_INTERVAL_MS: 300,
  JOB_LOCK_MS: 2_000,
  BREAKER_OPEN_MS: 200,
  POLL_MIN_INTERVAL_MS: 50,
  KEY_CHECK_SPACING_MS: 100,
};
/** After so long a worker that was stopped in the middle of a submit has lost its lease, and was spoken for. */
export const LEASE_IS_OVER_MS = TIMES.SUBMIT_TIMEOUT_MS * 3 + TIMES.SWEEP_INTERVAL_MS + 1_200;

/**
 * The whole of Veogate in processes of its own, with stores that can be killed.
 * @param {{ redis: string | undefined }} options the program, where the queue is to be on Redis
 */
export async function startWorld({ redis: redisProgram }) {
  const folder = mkdtempSync(path.join(sharedTempDir(), 'veogate-chaos-'));
  const postgres = await openPostgres(folder);
  const redis = redisProgram ? await openRedis(redisProgram) : undefined;
  const disk = openDisk(path.join(folder, 'storage'));
  const simulator = await startSimulator({
    latencyMs: 300,
    videoSize: 'tiny',
    rateLimitPerMinute: Number.POSITIVE_INFINITY,
  });
  const secrets = await makeServiceSecrets(folder);
  const port = await freePort();
  const common = {
    PATH: process.env['PATH'],
    NODE_ENV: 'production',
    DATABASE_URL: postgres.url,
    ...(redis && { REDIS_URL: redis.url }),
    STORAGE_URL: disk.url,
    DATA_DIR: folder,
    LOG_LEVEL: 'info',
    MAX_IN_FLIGHT_PER_USER: '24',
    MAX_IN_FLIGHT_PER_KEY: '12',
    GENAIPRO_REQUESTS_PER_MINUTE: '6000',
  };
  const logFile = path.join(folder, 'services.log');
  const log = openLog(logFile);

  const startApi = async () => {
    const child = startChild({
      file: BUILT.api,
      env: {
        ...common,
        PORT: String(port),
        VAULT_PUBLIC_KEYS_FILE: secrets.publicRing,
        OWNER_TOKEN_FILE: secrets.ownerToken,
      },
      log,
    });
    const signal = new AbortController().signal;
    await untilReady({ name: 'API', child, logFile, signal }, () => child.ready);
    return child;
  };
  let api = await startApi();
  const workers = Array.from({ length: WORKERS }, (_, index) =>
    createWorker({
      name: `worker ${index + 1}`,
      env: {
        ...common,
        ...Object.fromEntries(Object.entries(TIMES).map(([name, ms]) => [name, String(ms)])),
        VAULT_PRIVATE_KEYS_FILE: secrets.privateRing,
        FINGERPRINT_KEY_FILE: secrets.fingerprint,
        GENAIPRO_BASE_URL: simulator.genaiproUrl,
      },
      log,
      logFile,
    }),
  );
  for (const worker of workers) worker.start();
  await Promise.all(workers.map((worker) => worker.up()));

  return {
    folder,
    logFile,
    backend: redis ? 'redis' : 'postgres',
    url: `http://127.0.0.1:${port}`,
    token: secrets.token,
    postgres,
    redis,
    disk,
    simulator,
    workers,
    /** Every worker, once all are up. */
    async allUp() {
      await Promise.all(workers.map((worker) => worker.up()));
      return workers;
    },
    /** Those that are up, once one is. */
    async someUp() {
      await Promise.any(workers.map((worker) => worker.up()));
      return workers.filter((worker) => worker.isUp());
    },
    async killApi() {
      process.kill(api.pid, 'SIGKILL');
      await api.exited;
      api = await startApi();
    },
    /** Loses every job, as if the queue had never been. */
    async wipeQueue() {
      if (redis) return redis.flush();
      const tables = await postgres.query(
        `select format('bullmq.%I', tablename) as name from pg_tables
         where schemaname = 'bullmq' and tablename <> 'migration'`,
      );
      const truncate = `truncate ${tables.map(({ name }) => name).join(', ')} cascade`;
      // It needs every table for itself, and may meet the workers crosswise.
      await until(
        () =>
          postgres.query(truncate).then(
            () => true,
            () => false,
          ),
        30_000,
      );
    },
    /** @param {boolean} keep whether the folder stays, to be looked into */
    async close(keep) {
      await Promise.all(workers.map((worker) => worker.stop()));
      await api.stop(10_000);
      await simulator.close();
      await redis?.stop();
      await postgres.stop();
      disk.close();
      if (!keep) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @typedef {Awaited<ReturnType<typeof startWorld>>} World */
