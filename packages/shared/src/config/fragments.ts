import { Type } from 'typebox';
import { IntegerVar } from './read-env.ts';

const Url = (options = {}) => Type.String({ pattern: '^https?://[^\\s]+$', ...options });

/** What both services need to reach the stores. */
export const storesEnv = {
  DATABASE_URL: Type.String({ pattern: '^postgres(ql)?://' }),
  /** Past a pooler, for LISTEN and NOTIFY. */
  DATABASE_DIRECT_URL: Type.Optional(Type.String({ pattern: '^postgres(ql)?://' })),
  /** Where set, the queue runs on Redis; else on Postgres. */
  REDIS_URL: Type.Optional(Type.String({ pattern: '^rediss?://' })),
  STORAGE_URL: Type.String({ pattern: '^file:' }),
  DATA_DIR: Type.String({ minLength: 1 }),
  LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], { default: 'info' }),
};

/** What decides which models are offered, and for how long files are kept. */
export const serviceEnv = {
  /** A running simulator; where set, the `demo` provider is offered. */
  SIMULATOR_URL: Type.Optional(Url()),
  /** Hours that outputs are kept; 0 keeps them until they are deleted. */
  RETENTION_HOURS: IntegerVar({ minimum: 0, default: 0 }),
  /** Slots: how many generations may be in flight at once. */
  MAX_IN_FLIGHT_PER_USER: IntegerVar({ minimum: 1, default: 8 }),
  MAX_IN_FLIGHT_PER_KEY: IntegerVar({ minimum: 1, default: 8 }),
  MAX_IN_FLIGHT: IntegerVar({ minimum: 1, default: 10_000 }),
};

export const apiEnv = Type.Object({
  ...storesEnv,
  ...serviceEnv,
  ACCESS_PROFILE: Type.Enum(['local'], { default: 'local' }),
  HOST: Type.String({ default: '127.0.0.1' }),
  PORT: IntegerVar({ minimum: 0, maximum: 65_535, default: 8080 }),
  PUBLIC_URL: Type.Optional(Url()),
  VAULT_PUBLIC_KEYS_FILE: Type.String({ minLength: 1 }),
  OWNER_TOKEN_FILE: Type.String({ minLength: 1 }),
  UPLOAD_MAX_BYTES: IntegerVar({ minimum: 1_024, default: 20 * 1024 * 1024 }),
  /** The built web app; where left out, the one of this repository. */
  WEB_DIR: Type.Optional(Type.String({ minLength: 1 })),
  IMAGE_MAX_PIXELS: IntegerVar({ minimum: 1_000, default: 50_000_000 }),
});

export const workerEnv = Type.Object({
  ...storesEnv,
  ...serviceEnv,
  VAULT_PRIVATE_KEYS_FILE: Type.String({ minLength: 1 }),
  FINGERPRINT_KEY_FILE: Type.String({ minLength: 1 }),
  GENAIPRO_BASE_URL: Url({ default: 'https://genaipro.vn/api' }),
  /** How often a key's work is asked for at the most. Milliseconds. */
  POLL_MIN_INTERVAL_MS: IntegerVar({ minimum: 50, default: 2_000 }),
  /** How long a provider may take to answer a submit. Milliseconds. */
  SUBMIT_TIMEOUT_MS: IntegerVar({ minimum: 100, default: 60_000 }),
  /** Work without a sign of life for so long is picked up by the sweep. Milliseconds. */
  STALE_AFTER_MS: IntegerVar({ minimum: 500, default: 120_000 }),
  /** Between two checks of a key that its provider refused. Milliseconds. */
  KEY_CHECK_SPACING_MS: IntegerVar({ minimum: 50, default: 15_000 }),
  /** A job's lock is renewed at half of this; a killed worker's jobs are taken over soon after it. Milliseconds. */
  JOB_LOCK_MS: IntegerVar({ minimum: 1_000, default: 15_000 }),
  SWEEP_INTERVAL_MS: IntegerVar({ minimum: 100, default: 15_000 }),
});
