import { Type } from 'typebox';
import { accessProfiles } from '../domain/profiles.ts';
import { AmountsVar, IntegerVar, ListVar } from './read-env.ts';

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
  /** Requests a minute that GenAIPro takes for each key and endpoint. */
  GENAIPRO_REQUESTS_PER_MINUTE: IntegerVar({ minimum: 3, default: 30 }),
  /** `host` or `host:port` of receivers of webhooks that may be private, and speak plain http. */
  WEBHOOK_ALLOWED_HOSTS: ListVar(),
  /** Where the metrics of the API, and of a worker, can be read; where left out, nowhere. */
  API_METRICS_PORT: Type.Optional(IntegerVar({ minimum: 1, maximum: 65_535 })),
  WORKER_METRICS_PORT: Type.Optional(IntegerVar({ minimum: 1, maximum: 65_535 })),
  METRICS_HOST: Type.String({ default: '127.0.0.1' }),
  /** A collector that speaks OTLP over HTTP; where left out, nothing is traced. */
  OTEL_EXPORTER_OTLP_ENDPOINT: Type.Optional(Url()),
  /** How often each process writes down what it counted. Milliseconds. */
  COUNTS_EVERY_MS: IntegerVar({ minimum: 50, default: 10_000 }),
};

const addressEnv = {
  /** What people type: the origin of every link, redirect and cookie. Needed by every profile but `local`. */
  PUBLIC_URL: Type.Optional(Url()),
};

const profileEnv = {
  ACCESS_PROFILE: Type.Enum([...accessProfiles], { default: 'local' }),
};

/** Who is told of trouble, and by what. */
const alertsEnv = {
  SMTP_URL: Type.Optional(Type.String({ pattern: '^smtps?://' })),
  /** Who mails come from; where left out, an address at the name of PUBLIC_URL. */
  MAIL_FROM: Type.Optional(Type.String({ minLength: 3 })),
  ALERT_EMAILS: ListVar(),
  ALERT_WEBHOOK_URL: Type.Optional(Url()),
};

/** Who may come in, and over what: read by the API, and by the operator's commands that judge it. */
export const accessEnv = {
  ...profileEnv,
  HOST: Type.String({ default: '127.0.0.1' }),
  PORT: IntegerVar({ minimum: 0, maximum: 65_535, default: 8080 }),
  ...addressEnv,
  /** `files`: TLS_CERT_FILE and TLS_KEY_FILE. `internal`: a CA of our own, made in DATA_DIR. `off`: a proxy's task. */
  TLS: Type.Enum(['off', 'files', 'internal'], { default: 'off' }),
  TLS_CERT_FILE: Type.Optional(Type.String({ minLength: 1 })),
  TLS_KEY_FILE: Type.Optional(Type.String({ minLength: 1 })),
  /** Of these networks (CIDR) alone X-Forwarded-For is believed. */
  TRUSTED_PROXIES: ListVar(),
  /** Where set, nobody gets in from elsewhere (CIDR). */
  ALLOWED_NETWORKS: ListVar(),
  /** argon2id, as `npm run ops -- password` writes it. */
  TEAM_PASSWORD_HASH: Type.Optional(Type.String({ pattern: '^\\$argon2id\\$' })),
  OAUTH_GOOGLE_CLIENT_ID: Type.Optional(Type.String({ minLength: 1 })),
  OAUTH_GOOGLE_CLIENT_SECRET: Type.Optional(Type.String({ minLength: 1 })),
  OAUTH_GOOGLE_ISSUER: Url({ default: 'https://accounts.google.com' }),
  OAUTH_GITHUB_CLIENT_ID: Type.Optional(Type.String({ minLength: 1 })),
  OAUTH_GITHUB_CLIENT_SECRET: Type.Optional(Type.String({ minLength: 1 })),
  OAUTH_GITHUB_URL: Url({ default: 'https://github.com' }),
  OAUTH_GITHUB_API_URL: Url({ default: 'https://api.github.com' }),
  OAUTH_OIDC_CLIENT_ID: Type.Optional(Type.String({ minLength: 1 })),
  OAUTH_OIDC_CLIENT_SECRET: Type.Optional(Type.String({ minLength: 1 })),
  OAUTH_OIDC_ISSUER: Type.Optional(Url()),
  /** What the sign-in page calls it. */
  OAUTH_OIDC_NAME: Type.String({ minLength: 1, maxLength: 40, default: 'Single sign-on' }),
  /** Whoever signs in with one of these, verified, is an administrator. */
  ADMIN_EMAILS: ListVar(),
  /** Makes whoever enters it the first administrator. */
  CLAIM_CODE: Type.Optional(Type.String({ minLength: 16 })),
  ...alertsEnv,
  CAPTCHA: Type.Enum(['off', 'altcha'], { default: 'off' }),
  /** Where set, the terms of this version are accepted before anything is begun. */
  TERMS_VERSION: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  /** Plain text; where left out, the terms that come with Veogate. */
  TERMS_FILE: Type.Optional(Type.String({ minLength: 1 })),
  /** How many accounts there may be; 0: as many as come. */
  SEATS: IntegerVar({ minimum: 0, default: 0 }),
  /** What a user, and all together, may spend in a day and in a month (UTC), such as `50credits,20usd`. */
  BUDGET_USER_DAILY: AmountsVar(),
  BUDGET_USER_MONTHLY: AmountsVar(),
  BUDGET_TOTAL_DAILY: AmountsVar(),
  BUDGET_TOTAL_MONTHLY: AmountsVar(),
};

/** How much of everything; `local` has no limits unless they are set. 0 switches a limit off. */
export const limitsEnv = {
  /** Requests a minute: of an address that is not signed in, of a user, of an address whoever uses it. */
  LIMIT_ANONYMOUS: Type.Optional(IntegerVar({ minimum: 0 })),
  LIMIT_USER: Type.Optional(IntegerVar({ minimum: 0 })),
  LIMIT_ADDRESS: Type.Optional(IntegerVar({ minimum: 0 })),
  /** Uploads a minute of a user. */
  LIMIT_UPLOADS: Type.Optional(IntegerVar({ minimum: 0 })),
  /** What the files of a user may take before nothing new is begun. Megabytes. */
  STORAGE_PER_USER_MB: Type.Optional(IntegerVar({ minimum: 0 })),
  /** Generations in a window; of administrators; the window in seconds. */
  LIMIT_GENERATIONS: Type.Optional(IntegerVar({ minimum: 0 })),
  LIMIT_GENERATIONS_ADMIN: Type.Optional(IntegerVar({ minimum: 0 })),
  LIMIT_GENERATIONS_SECONDS: IntegerVar({ minimum: 1, default: 300 }),
  /** Tries to sign in, of a network and of a name, in a quarter of an hour. */
  LIMIT_SIGN_INS: IntegerVar({ minimum: 1, default: 10 }),
  /**
   * A minute in which somebody goes on asking after being told to wait counts as a violation; so many within an hour
   * suspend an account, or turn a network away.
   */
  LIMIT_VIOLATIONS: Type.Optional(IntegerVar({ minimum: 0 })),
  /** For so long. */
  SUSPEND_MINUTES: IntegerVar({ minimum: 1, default: 60 }),
  /** Connections in all, and of one address that is no trusted proxy. */
  MAX_CONNECTIONS: IntegerVar({ minimum: 1, default: 5_000 }),
  MAX_CONNECTIONS_PER_ADDRESS: IntegerVar({ minimum: 1, default: 200 }),
  /** A connection over which nothing moves is cut off after so long. Event streams have a sign of life each 15 seconds. */
  IDLE_TIMEOUT_SECONDS: IntegerVar({ minimum: 1, default: 120 }),
  /** Event streams of one user. */
  MAX_STREAMS_PER_USER: IntegerVar({ minimum: 1, default: 20 }),
};

export const apiEnv = Type.Object({
  ...storesEnv,
  ...serviceEnv,
  ...accessEnv,
  ...limitsEnv,
  VAULT_PUBLIC_KEYS_FILE: Type.String({ minLength: 1 }),
  /** Needed by profile `local` alone. */
  OWNER_TOKEN_FILE: Type.Optional(Type.String({ minLength: 1 })),
  UPLOAD_MAX_BYTES: IntegerVar({ minimum: 1_024, default: 20 * 1024 * 1024 }),
  /** The built web app; where left out, the one of this repository. */
  WEB_DIR: Type.Optional(Type.String({ minLength: 1 })),
  /** After SIGTERM, how long /readyz says so before connections are closed; 3 where left out, and 0 in `local`. */
  DRAIN_SECONDS: Type.Optional(IntegerVar({ minimum: 0, maximum: 60 })),
  /** Asked for advisories about what this is built of, when an administrator wants to know. */
  NPM_REGISTRY_URL: Url({ default: 'https://registry.npmjs.org' }),
  IMAGE_MAX_PIXELS: IntegerVar({ minimum: 1_000, default: 50_000_000 }),
});

export const workerEnv = Type.Object({
  ...storesEnv,
  ...serviceEnv,
  ...profileEnv,
  ...addressEnv,
  ...alertsEnv,
  VAULT_PRIVATE_KEYS_FILE: Type.String({ minLength: 1 }),
  FINGERPRINT_KEY_FILE: Type.String({ minLength: 1 }),
  /** Where ids that a provider gave are kept while Postgres is away; where left out, DATA_DIR/journal. */
  JOURNAL_DIR: Type.Optional(Type.String({ minLength: 1 })),
  GENAIPRO_BASE_URL: Url({ default: 'https://genaipro.vn/api' }),
  /** For how long a provider that fails is sent nothing, the first time; doubles up to ten minutes. Milliseconds. */
  BREAKER_OPEN_MS: IntegerVar({ minimum: 100, default: 30_000 }),
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
  /** How often the rules of the red flags look. Milliseconds. */
  FLAGS_INTERVAL_MS: IntegerVar({ minimum: 100, default: 60_000 }),
  /** Whole months of the audit log that are kept beside the current one. */
  AUDIT_MONTHS: IntegerVar({ minimum: 3, maximum: 1_200, default: 13 }),
  /** How long a receiver of webhooks may take. Milliseconds. */
  WEBHOOK_TIMEOUT_MS: IntegerVar({ minimum: 100, default: 15_000 }),
  /** The wait before the second attempt; those after it are multiples. Milliseconds. */
  WEBHOOK_RETRY_BASE_MS: IntegerVar({ minimum: 1, default: 5_000 }),
  /** The same for mails and alerts of the service itself. Milliseconds. */
  NOTICE_RETRY_BASE_MS: IntegerVar({ minimum: 1, default: 10_000 }),
});
