import type { Transaction } from './client.ts';
import { Prisma } from './generated/client.ts';

/** How long what was counted is kept, to be compared with. Days. */
const KEPT_DAYS = 8;

/** Something that happened so often within one minute. */
export interface MinuteCount {
  minute: Date;
  name: string;
  key: string;
  count: number;
}

/** Adds to what all processes counted. */
export function addCounts(db: Transaction, rows: readonly MinuteCount[]): Promise<void> {
  return write(db, rows, Prisma.sql`minute_counts.count + excluded.count`);
}

/** Keeps the highest of what was measured within each minute. */
export function raiseGauges(db: Transaction, rows: readonly MinuteCount[]): Promise<void> {
  return write(db, rows, Prisma.sql`greatest(minute_counts.count, excluded.count)`);
}

/** @param merged of what stands there already and what comes to it */
async function write(db: Transaction, rows: readonly MinuteCount[], merged: Prisma.Sql): Promise<void> {
  if (rows.length === 0) return;
  const [minutes, names, keys, counts] = toColumns(rows);
  await db.$executeRaw`
    insert into minute_counts (minute, name, key, count)
    select * from unnest(${minutes}::timestamptz[], ${names}::text[], ${keys}::text[], ${counts}::bigint[])
    on conflict (name, minute, key) do update set count = ${merged}`;
}

export async function forgetOldMinutes(db: Transaction): Promise<void> {
  const before = new Date(Date.now() - KEPT_DAYS * 86_400_000);
  await db.minuteCount.deleteMany({ where: { minute: { lt: before } } });
}

/** In one order for everybody, so that two processes that add to the same rows wait for each other in turn. */
function toColumns(rows: readonly MinuteCount[]): [Date[], string[], string[], number[]] {
  const sorted = rows.toSorted((one, other) => (idOf(one) < idOf(other) ? -1 : 1));
  return [
    sorted.map(({ minute }) => minute),
    sorted.map(({ name }) => name),
    sorted.map(({ key }) => key),
    sorted.map(({ count }) => Math.round(count)),
  ];
}

const idOf = ({ name, key, minute }: MinuteCount) => `${name}\0${minute.toISOString()}\0${key}`;
