import pg from 'pg';

const CHANNEL = 'veogate_changes';
/** Hints that come within this time of each other go out as one. Milliseconds. */
const COALESCE_MS = 50;
/** A payload of NOTIFY may have 8,000 bytes; an id takes 37, and what it is about a few. */
const IDS_PER_NOTIFY = 200;
const RECONNECT_MS = 1_000;

/** What a hint can be about. */
const topics = ['generations', 'keys', 'accounts', 'service'] as const;
type Topic = (typeof topics)[number];

/** Ids of what changed; of the service, its mode. */
export type Changes = Readonly<Record<Topic, readonly string[]>>;

export type EventSender = ReturnType<typeof createEventSender>;

/**
 * Tells every API process what changed. A hint only: whoever hears it reads the truth from Postgres, and one that is
 * lost costs a listener a moment, since every (re)connection reads what it missed.
 *
 * @param url the database, past any pooler
 * @param onChanged gets the generations that this process tells of, too; may not throw
 */
export function createEventSender(
  url: string,
  onChanged: (generationIds: readonly string[]) => Promise<void> = async () => {},
) {
  const pool = new pg.Pool({ connectionString: url, max: 1, connectionTimeoutMillis: 5_000 });
  pool.on('error', () => {}); // The next hint opens a new connection.
  const waiting: Record<Topic, Set<string>> = {
    generations: new Set(),
    keys: new Set(),
    accounts: new Set(),
    service: new Set(),
  };
  let timer: NodeJS.Timeout | undefined;

  function hint(topic: Topic, ids: readonly string[]): void {
    for (const id of ids) waiting[topic].add(id);
    if (ids.length > 0) timer ??= setTimeout(flush, COALESCE_MS);
  }

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const generationIds = [...waiting.generations];
    const payloads = topics.flatMap((topic) => toPayloads(topic, [...waiting[topic]]));
    for (const topic of topics) waiting[topic].clear();
    for (const payload of payloads) {
      await pool.query('select pg_notify($1, $2)', [CHANNEL, payload]).catch(() => {});
    }
    if (generationIds.length > 0) await onChanged(generationIds);
  }

  return {
    /** Generations changed. Call it after the commit. */
    changed(...generationIds: readonly string[]): void {
      hint('generations', generationIds);
    },
    /** Keys changed: added, checked or retired. Call it after the commit. */
    keyChanged(...keyIds: readonly string[]): void {
      hint('keys', keyIds);
    },
    /** What these users may do changed: a session or token ended, a suspension, a role. Call it after the commit. */
    accountChanged(...userIds: readonly string[]): void {
      hint('accounts', userIds);
    },
    /** The off switch was moved, to this position. Call it after the commit. */
    serviceChanged(mode: string): void {
      hint('service', [mode]);
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
 * @param onChange gets what changed; or null after a gap, when anything may have changed
 */
export function createEventListener(url: string, onChange: (changes: Changes | null) => void) {
  let client: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;

  async function connect(): Promise<void> {
    const next = new pg.Client({ connectionString: url, keepAlive: true });
    client = next;
    next.on('error', () => {}); // `end` follows and reconnects.
    next.on('end', reconnect);
    next.on('notification', ({ payload = '' }) => onChange(toChanges(payload)));
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

/** `keys:<id>,<id>`, in pieces that Postgres takes. */
function toPayloads(topic: Topic, ids: readonly string[]): string[] {
  const pieces = Math.ceil(ids.length / IDS_PER_NOTIFY);
  return Array.from({ length: pieces }, (_, piece) => {
    const start = piece * IDS_PER_NOTIFY;
    return `${topic}:${ids.slice(start, start + IDS_PER_NOTIFY).join(',')}`;
  });
}

/** Nothing, where a process of another version tells what this one does not know. */
function toChanges(payload: string): Changes {
  const [topic, ids = ''] = payload.split(':');
  const about = (known: Topic) => (topic === known && ids ? ids.split(',') : []);
  return {
    generations: about('generations'),
    keys: about('keys'),
    accounts: about('accounts'),
    service: about('service'),
  };
}
