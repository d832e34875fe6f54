import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';

/** What is worth nothing elsewhere or later, or is made anew: who is signed in, counters of minutes, what guards doors. */
const LEFT_OUT = [
  ...['_prisma_migrations', 'sessions', 'sign_in_flows', 'throttles', 'violations', 'blocked_networks'],
  ...['spent_captchas', 'pacing', 'minute_counts', 'output_reads', 'provider_health'],
];
/** Columns that are written otherwise than they stand: what was to last for a session does not outlive it in a backup. */
const WRITTEN_AS: Readonly<Record<string, string>> = {
  'provider_keys.sealed': `case when scope = 'session' then null else sealed end`,
  'provider_keys.session_id_hash': 'null::bytea',
};

export interface DumpedTable {
  name: string;
  columns: string[];
  /** Hexadecimal, of the compressed file. */
  sha256: string;
}

/** What a dump says of itself. */
export interface Dump {
  /** RFC 3339: nothing that was committed later is in it. */
  at: string;
  /** The migrations that made its tables, in their order. */
  migrations: string[];
  /** Entries of the audit log below this ticket are in it. */
  ticket: string;
  /** The months that the audit log has entries of, such as `2026-11`. */
  months: string[];
  tables: DumpedTable[];
  /** Keys of the stored files that its rows speak of. */
  files: string[];
}

/**
 * Writes every table into a folder, as of one moment, by Postgres' own COPY.
 *
 * @param url the database, as the role that owns it
 */
export async function dumpDatabase(url: string, folder: string): Promise<Dump> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await client.query('begin isolation level repeatable read read only');
    const at = await one<string>(
      client,
      `select to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
    );
    const ticket = await one<string>(client, 'select (coalesce(max(ticket), 0) + 1)::text from audit_events');
    const migrations = await column(
      client,
      'select migration_name from _prisma_migrations order by migration_name',
    );
    const months = await column(
      client,
      `select distinct to_char(at, 'YYYY-MM') from audit_events order by 1`,
    );
    const tables: DumpedTable[] = [];
    for (const name of await listTables(client)) {
      const columns = await listColumns(client, name);
      const list = columns
        .map((each) => WRITTEN_AS[`${name}.${each}`] ?? pg.escapeIdentifier(each))
        .join(', ');
      const rows = client.query(copyTo(`copy (select ${list} from ${pg.escapeIdentifier(name)}) to stdout`));
      const hash = createHash('sha256');
      await pipeline(
        rows,
        createGzip(),
        hashed(hash),
        createWriteStream(fileOf(folder, name), { mode: 0o600 }),
      );
      tables.push({ name, columns, sha256: hash.digest('hex') });
    }
    const files = await column(
      client,
      `select storage_key from outputs where deleted_at is null
       union select storage_key from uploads where deleted_at is null order by 1`,
    );
    await client.query('commit');
    return { at, migrations, ticket, months, tables, files };
  } finally {
    await client.end();
  }
}

/** Throws where a file of a dump is not as it was written. */
export async function checkDump(dump: Dump, folder: string): Promise<void> {
  for (const { name, sha256 } of dump.tables) {
    const hash = createHash('sha256');
    await pipeline(createReadStream(fileOf(folder, name)), hash);
    if (hash.digest('hex') !== sha256)
      throw new Error(`The table ${name} of the backup is not as it was written.`);
  }
}

/**
 * Fills the tables of a database that was migrated as far as the dump's. All of it or nothing.
 *
 * @param url the database, as the role that owns it
 * @param lastTicket the highest ticket of the audit log that is known of, also from elsewhere: new ones come after it
 */
export async function loadDump(url: string, dump: Dump, folder: string, lastTicket: bigint): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('begin');
    const all = (await listTables(client)).map(pg.escapeIdentifier).join(', ');
    await client.query(`truncate ${all} cascade`);
    // A trigger would give entries the ticket of this transaction, and the chain would not hold.
    await client.query('alter table audit_events disable trigger audit_events_ticket');
    for (const month of dump.months)
      await client.query('select ensure_audit_partition($1::date)', [`${month}-01`]);
    for (const { name, columns } of await inOrder(client, dump.tables)) {
      const list = columns.map(pg.escapeIdentifier).join(', ');
      const rows = client.query(copyFrom(`copy ${pg.escapeIdentifier(name)} (${list}) from stdin`));
      await pipeline(createReadStream(fileOf(folder, name)), createGunzip(), rows);
    }
    await client.query('alter table audit_events enable trigger audit_events_ticket');
    await client.query(
      `update audit_clock set "offset" = greatest("offset", $1::bigint,
        (select coalesce(max(to_ticket), 0) from audit_segments)) + 1`,
      [String(lastTicket)],
    );
    for (const table of ['usage_hours', 'usage_days'])
      await client.query(
        `select setval(pg_get_serial_sequence($1, 'id'), (select coalesce(max(id), 0) + 1 from ${table}))`,
        [table],
      );
    await client.query('commit');
  } finally {
    await client.end();
  }
}

/** Removes everything of Veogate's from a database, for a backup to take its place. */
export function emptyDatabase(url: string): Promise<void> {
  return run(url, 'drop schema if exists bullmq cascade; drop schema public cascade; create schema public');
}

function fileOf(folder: string, table: string): string {
  return join(folder, `${table}.copy.gz`);
}

function hashed(hash: ReturnType<typeof createHash>): Transform {
  return new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
}

/** Tables, and those that are divided into parts; not the parts. */
function listTables(client: pg.Client): Promise<string[]> {
  return column(
    client,
    `select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
       and c.relname <> all($1::text[]) order by 1`,
    [LEFT_OUT],
  );
}

function listColumns(client: pg.Client, table: string): Promise<string[]> {
  return column(
    client,
    `select attname::text from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped
     order by attnum`,
    [table],
  );
}

/** So that each comes after those that it refers to. */
async function inOrder(client: pg.Client, tables: readonly DumpedTable[]): Promise<DumpedTable[]> {
  const { rows } = await client.query<{ child: string; parent: string }>(
    `select conrelid::regclass::text as child, confrelid::regclass::text as parent from pg_constraint
     where contype = 'f' and conrelid <> confrelid`,
  );
  const ordered: DumpedTable[] = [];
  let left = [...tables];
  while (left.length > 0) {
    const waiting = new Set(left.map(({ name }) => name));
    const ready = left.filter(
      ({ name }) => !rows.some(({ child, parent }) => child === name && waiting.has(parent)),
    );
    if (ready.length === 0) throw new Error('The tables refer to each other in a circle.');
    ordered.push(...ready);
    left = left.filter((table) => !ready.includes(table));
  }
  return ordered;
}

async function column(client: pg.Client, text: string, values: unknown[] = []): Promise<string[]> {
  const { rows } = await client.query<string[]>({ text, values, rowMode: 'array' });
  return rows.map(([value]) => String(value));
}

async function one<T>(client: pg.Client, text: string): Promise<T> {
  const { rows } = await client.query<T[]>({ text, rowMode: 'array' });
  const value = rows[0]?.[0];
  if (value === undefined) throw new Error('A query without a row.');
  return value;
}

/**
 * Makes an empty database on the same server.
 *
 * @param name of letters, digits and underscores
 * @returns its address
 */
export async function createSibling(url: string, name: string): Promise<string> {
  await run(url, `create database ${pg.escapeIdentifier(name)}`);
  const sibling = new URL(url);
  sibling.pathname = `/${name}`;
  return sibling.href;
}

/** Removes it again, also under connections that are open. */
export function dropSibling(url: string, name: string): Promise<void> {
  return run(url, `drop database if exists ${pg.escapeIdentifier(name)} with (force)`);
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
