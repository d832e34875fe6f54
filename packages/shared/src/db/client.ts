import { PrismaPg } from '@prisma/adapter-pg';
import { type Prisma, PrismaClient } from './generated/client.ts';

export type Database = PrismaClient;
/** Inside a transaction; every repository function takes either. */
export type Transaction = Prisma.TransactionClient;

/**
 * Opens the pool of connections to Postgres. Nothing is connected before the first query.
 *
 * @param options.max connections at most
 */
export function openDatabase(options: { url: string; max?: number }): Database {
  return new PrismaClient({
    // The other formats quote the values of a query, which may be prompts.
    errorFormat: 'minimal',
    adapter: new PrismaPg({
      connectionString: options.url,
      max: options.max ?? 10,
      connectionTimeoutMillis: 5_000,
      // A network that swallows packets must not hold a connection for ever.
      statement_timeout: 30_000,
    }),
    transactionOptions: { maxWait: 5_000, timeout: 15_000 },
  });
}
