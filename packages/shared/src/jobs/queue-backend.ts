import {
  type BackendFactory,
  createPostgresBackend,
  createRedisBackend,
  type IQueueBackend,
  type QueueBaseOptions,
} from 'bullmq';
import pg from 'pg';
import { claimInTurn } from './claim-in-turn.ts';

/** Where jobs wait. Both hold the same jobs under the same code; neither is the truth, Postgres' tables are. */
export interface QueueBackend {
  kind: 'postgres' | 'redis';
  /** For BullMQ's `Queue` and `Worker`. */
  options: QueueBaseOptions & { prefix?: string };
  /** BullMQ's third constructor argument. */
  factory: BackendFactory<IQueueBackend>;
  close(): Promise<void>;
}

/**
 * @param options.redisUrl where set, jobs wait in Redis; else in Postgres at `databaseUrl`
 * @param options.listeners how many BullMQ workers will share the connections; each holds one to be woken
 */
export function openQueueBackend(options: {
  databaseUrl: string;
  redisUrl?: string | undefined;
  listeners?: number;
}): QueueBackend {
  if (options.redisUrl) {
    const { hostname, port, username, password, pathname, protocol } = new URL(options.redisUrl);
    return {
      kind: 'redis',
      options: {
        connection: {
          host: hostname,
          port: Number(port || 6379),
          db: Number(pathname.slice(1) || 0),
          ...(username && { username: decodeURIComponent(username) }),
          ...(password && { password: decodeURIComponent(password) }),
          ...(protocol === 'rediss:' && { tls: {} }),
          // BullMQ's blocking calls wait for as long as it takes.
          maxRetriesPerRequest: null,
        },
      },
      factory: createRedisBackend,
      close: async () => {},
    };
  }
  const pool = new pg.Pool({
    connectionString: options.databaseUrl,
    options: '-c search_path=bullmq',
    max: (options.listeners ?? 0) + 8,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
  });
  // Every queue and worker listens to the one pool.
  pool.setMaxListeners(0);
  pool.on('error', () => {}); // A lost idle connection is replaced; the query that needs it reports what is wrong.
  return {
    kind: 'postgres',
    // BullMQ's types know Redis' connections only where no backend is named; this is the Postgres one.
    options: { connection: pool as unknown as QueueBaseOptions['connection'] },
    factory: (...args: Parameters<QueueBackend['factory']>) =>
      claimInTurn((createPostgresBackend as unknown as QueueBackend['factory'])(...args)),
    close: () => pool.end(),
  };
}
