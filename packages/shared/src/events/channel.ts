import pg from 'pg';

const CHANNEL = 'veogate_generations';
/** Hints that come within this time of each other go out as one. Milliseconds. */
const COALESCE_MS = 50;
/** A payload of NOTIFY may have 8,000 bytes; an id takes 37. */
const IDS_PER_NOTIFY = 200;
const RECONNECT_MS = 1_000;

export type EventSender = ReturnType<typeof createEventSender>;

/**
 * Tells every API process that generations changed. A hint only: whoever hears it reads the truth from Postgres, and
 * one that is lost costs a listener a moment, since every (re)connection reads what it missed.
 *
 * @param url the database, past any pooler
 */
export function createEventSender(url: string) {
  const pool = new pg.Pool({ connectionString: url, max: 1, connectionTimeoutMillis: 5_000 });
  pool.on('error', () => {}); // The next hint opens a new connection.
  let waiting = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const ids = [...waiting];
    waiting = new Set();
    for (let start = 0; start < ids.length; start += IDS_PER_NOTIFY) {
      const payload = ids.slice(start, start + IDS_PER_NOTIFY).join(',');
      await pool.query('select pg_notify($1, $2)', [CHANNEL, payload]).catch(() => {});
    }
  }

  return {
    /** Call it after the commit. */
    changed(...generationIds: readonly string[]): void {
      for (const id of generationIds) waiting.add(id);
      timer ??= setTimeout(flush, COALESCE_MS);
    },
    async close(): Promise<void> {
      await flush();
      await pool.end();
    },
  };
}

export type EventListener = ReturnType<typeof createEventListener>;

/**
 * Hears what every sender tells. Reconnects by itself.
 *
 * @param onChange gets ids of changed generations; or null after a gap, when anything may have changed
 */
export function createEventListener(url: string, onChange: (generationIds: string[] | null) => void) {
  let client: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;

  async function connect(): Promise<void> {
    const next = new pg.Client({ connectionString: url, keepAlive: true });
    client = next;
    next.on('error', () => {}); // `end` follows and reconnects.
    next.on('end', reconnect);
    next.on('notification', ({ payload }) => onChange(payload ? payload.split(',') : []));
    try {
      await next.connect();
      await next.query(`listen ${CHANNEL}`);
      onChange(null);
    } catch {
      await next.end().catch(() => {});
      reconnect();
    }
  }

  function reconnect(): void {
    if (closed || retry) return;
    retry = setTimeout(() => {
      retry = undefined;
      void connect();
    }, RECONNECT_MS);
  }

  return {
    /** Resolves once the first connection was tried. */
    start: connect,
    async close(): Promise<void> {
      closed = true;
      clearTimeout(retry);
      await client?.end().catch(() => {});
    },
  };
}
