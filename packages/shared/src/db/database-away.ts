/** Prisma's codes for a database that does not answer, or not in time. */
const PRISMA_CODES = new Set([
  'P1001',
  'P1002',
  'P1003',
  'P1008',
  'P1011',
  'P1017',
  'P2024',
  'P2028',
  'P2037',
]);
/** What its driver adapter calls the same where a query was raw. */
const KINDS = new Set([
  'DatabaseNotReachable',
  'DatabaseDoesNotExist',
  'ConnectionClosed',
  'SocketTimeout',
  'TooManyConnections',
  'TlsConnectionError',
]);
/** Postgres shuts down, starts up, or takes no more connections. */
const SQL_STATES = new Set(['57P01', '57P02', '57P03', '53300', '08000', '08003', '08006']);
/** The driver's own words for a connection that broke under a transaction; it gives them no code. */
const WORDS =
  /connection error and is not queryable|timeout exceeded when trying to connect|Connection terminated|Connection ended|ECONN(?:REFUSED|RESET)/;

/** Whether an error says that the database is away, so that the same request may well succeed in a moment. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, meta, message } = error as Error & {
    code?: string;
    meta?: { driverAdapterError?: { cause?: unknown } };
  };
  const { kind, originalCode } = (meta?.driverAdapterError?.cause ?? {}) as {
    kind?: string;
    originalCode?: string;
  };
  return (
    PRISMA_CODES.has(code ?? '') ||
    KINDS.has(kind ?? '') ||
    SQL_STATES.has(originalCode ?? code ?? '') ||
    WORDS.test(message)
  );
}
