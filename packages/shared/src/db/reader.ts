import pg from 'pg';

export type Reader = ReturnType<typeof openReader>;

/** A statement that is prepared once on each connection, under its name. */
export interface Statement {
  name: string;
  text: string;
}

/**
 * Opens a pool for the reads that nearly every request makes. They go past Prisma, which takes several times as long
 * as the query itself; everything else, and every write, is Prisma's.
 *
 * @param options.max connections at most
 */
export function openReader(options: { url: string; max: number }) {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max,
    connectionTimeoutMillis: 5_000,
    // A network that swallows packets must not hold a connection for ever.
    statement_timeout: 30_000,
  });
  pool.on('error', () => {}); // An idle connection broke; the query that needs one opens it.

  return {
    /** The rows of a statement; `Row` is what its select list says. */
    async read<Row>({ name, text }: Statement, values: readonly unknown[]): Promise<Row[]> {
      const { rows } = await pool.query({ name, text, values: [...values] });
      // The statement and its type stand side by side where it is called.
      return rows as Row[];
    },
    close: (): Promise<void> => pool.end(),
  };
}
