import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openDatabase } from '@veogate/shared/db/client';
import { type SimulatorOptions, startSimulator } from '@veogate/simulator';
import { freePort } from '../../scripts/lib/ports.mjs';
import { makeServiceSecrets } from '../../scripts/lib/service-secrets.mjs';
import { createTestDatabase } from '../../test/support/database.ts';
import { createClient } from './client.ts';
import { startService } from './service-process.ts';

export interface StackOptions {
  /** Where set, the queue runs on this Redis; else on Postgres. */
  redisUrl?: string | undefined;
  simulator?: SimulatorOptions;
  /** Whether the simulator is offered as a provider of its own too. */
  demo?: boolean;
  /** Variables for both services. */
  env?: Record<string, string>;
  /** Where the API listens, where that has to be known before; else any port that is free. */
  port?: number;
  /** What people type, where that is not http over loopback. */
  url?: string;
}

export type Stack = Awaited<ReturnType<typeof startStack>>;

/** The whole of Veogate in real processes: database, simulator, API and one worker. All on loopback. */
export async function startStack(options: StackOptions = {}) {
  const database = await createTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'veogate-e2e-'));
  const simulator = await startSimulator({
    latencyMs: 200,
    videoSize: 'tiny',
    rateLimitPerMinute: Number.POSITIVE_INFINITY,
    ...options.simulator,
  });
  const { token, ...files } = await makeServiceSecrets(folder);
  const { port = await freePort() } = options;
  const { url = `http://127.0.0.1:${port}` } = options;
  const storage = join(folder, 'storage');
  const common = {
    PATH: process.env['PATH'],
    DATABASE_URL: database.url,
    ...(options.redisUrl && { REDIS_URL: options.redisUrl }),
    STORAGE_URL: pathToFileURL(storage).href,
    DATA_DIR: folder,
    LOG_LEVEL: 'debug',
    // The simulator's own limit is off, so that nothing waits for the pace of the earnest service.
    GENAIPRO_REQUESTS_PER_MINUTE: '6000',
    ...(options.demo && { SIMULATOR_URL: simulator.url }),
    ...options.env,
  };
  const apiEnv = {
    ...common,
    PORT: String(port),
    VAULT_PUBLIC_KEYS_FILE: files.publicRing,
    OWNER_TOKEN_FILE: files.ownerToken,
  };
  const workerEnv = {
    // Short times, so that what takes minutes in earnest takes a moment here.
    POLL_MIN_INTERVAL_MS: '50',
    SUBMIT_TIMEOUT_MS: '2000',
    STALE_AFTER_MS: '600',
    SWEEP_INTERVAL_MS: '200',
    JOB_LOCK_MS: '3000',
    KEY_CHECK_SPACING_MS: '100',
    BREAKER_OPEN_MS: '200',
    ...common,
    VAULT_PRIVATE_KEYS_FILE: files.privateRing,
    FINGERPRINT_KEY_FILE: files.fingerprint,
    GENAIPRO_BASE_URL: simulator.genaiproUrl,
  };
  const startWorker = (env: Record<string, string> = {}) =>
    startService('worker', 'worker ready', { ...workerEnv, ...env });
  const startApi = (env: Record<string, string> = {}) =>
    startService('api', 'api ready', { ...apiEnv, ...env });
  const [api, worker] = await Promise.all([startApi(), startWorker()]);
  const db = openDatabase({ url: database.ownerUrl, max: 2 });

  const stack = {
    database,
    db,
    folder,
    storage,
    simulator,
    token,
    client: createClient(url, token),
    api,
    worker,
    startWorker,
    startApi,

    async close(): Promise<void> {
      await Promise.allSettled([stack.api.stop(), stack.worker.stop()]);
      await db.$disconnect();
      await simulator.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return stack;
}

/** A key that the simulator takes for valid. */
export function newSecret(): string {
  return `eyJ${randomBytes(24).toString('base64url')}`;
}
