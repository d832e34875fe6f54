import { latencyBuckets } from '../domain/latency-buckets.ts';
import type { Database, Transaction } from './client.ts';
import { Prisma } from './generated/client.ts';

/** Clocks of several machines differ, and a transaction takes its time; so much is looked at again. Seconds. */
const OVERLAP_SECONDS = 120;
/** A database that is counted for the first time is counted in pieces. */
const HOURS_AT_ONCE = 100;
const TIMEOUT_MS = 60_000;

/** A generation as it is counted. */
const counted = Prisma.sql`
  g.user_id, g.project_id, g.key_id, g.provider, g.model,
  case when g.provider = 'demo' then '' else coalesce(g.unit, '') end as unit,
  case when g.state in ('succeeded', 'failed', 'canceled', 'expired', 'outcome_unknown')
    then g.state::text else 'in_progress' end as outcome,
  case when g.state in ('failed', 'expired', 'outcome_unknown') then coalesce(g.error_code, '') else '' end as code,
  count(*)::int as generations, coalesce(sum(o.n), 0)::int as outputs, coalesce(sum(g.filtered_count), 0)::int as filtered,
  coalesce(sum(g.hold_amount) filter (where g.provider <> 'demo'), 0) as estimated,
  coalesce(sum(l.spent) filter (where g.provider <> 'demo'), 0) as settled`;

const columns = Prisma.sql`
  user_id, project_id, key_id, provider, model, unit, outcome, code, generations, outputs, filtered, estimated, settled`;

/**
 * Counts anew every hour and day of which a generation changed since the last time. It may be run any number of times, and
 * by several workers at once.
 *
 * @returns how many hours were counted
 */
export async function rollUpUsage(db: Database): Promise<number> {
  const [clock] = await db.$queryRaw<{ since: Date; now: Date }[]>`
    select until - make_interval(secs => ${OVERLAP_SECONDS}) as since, now() as now from usage_clock`;
  if (!clock) throw new Error('There is no clock of usage: the database was not migrated.');
  const touched = await db.$queryRaw<{ hour: Date }[]>`
    select distinct date_trunc('hour', created_at, 'UTC') as hour from generations
    where updated_at > ${clock.since} order by 1`;
  for (let at = 0; at < touched.length; at += HOURS_AT_ONCE) {
    const hours = touched.slice(at, at + HOURS_AT_ONCE).map(({ hour }) => hour);
    await db.$transaction(
      async (tx) => {
        // Two that count the same hour do so one after the other.
        await tx.$executeRaw`select 1 from usage_clock for update`;
        await countHours(tx, hours);
      },
      { timeout: TIMEOUT_MS },
    );
  }
  await db.$executeRaw`update usage_clock set until = greatest(until, ${clock.now})`;
  return touched.length;
}

async function countHours(tx: Transaction, hours: readonly Date[]): Promise<void> {
  const { factor, count, firstMs } = latencyBuckets;
  // Rows of accounts that are gone are all that is left of them.
  await tx.$executeRaw`delete from usage_hours where hour = any(${[...hours]}::timestamptz[]) and user_id is not null`;
  await tx.$executeRaw`
    insert into usage_hours (hour, ${columns})
    select h.hour, ${counted} from unnest(${[...hours]}::timestamptz[]) as h(hour)
    join generations g on g.created_at >= h.hour and g.created_at < h.hour + interval '1 hour'
    left join lateral (select count(*) as n from outputs where generation_id = g.id) o on true
    left join lateral (select sum(spent) as spent from ledger_entries where generation_id = g.id) l on true
    group by h.hour, g.user_id, g.project_id, g.key_id, g.provider, g.model, 7, 8, 9`;
  await tx.$executeRaw`
    insert into usage_latencies (hour, model, bucket, count)
    select h.hour, g.model, b.bucket, count(*) from unnest(${[...hours]}::timestamptz[]) as h(hour)
    join generations g on g.created_at >= h.hour and g.created_at < h.hour + interval '1 hour'
      and g.state = 'succeeded' and g.submitted_at is not null and g.finished_at is not null,
    lateral (select least(${count - 1}::int, greatest(0, 1 + floor(
      ln(greatest(1, extract(epoch from g.finished_at - g.submitted_at) * 1000) / ${firstMs}::float8)
        / ln(${factor}::float8))::int)) as bucket) b
    group by h.hour, g.model, b.bucket
    on conflict (hour, model, bucket) do update set count = greatest(usage_latencies.count, excluded.count)`;
  const days = [...new Set(hours.map((hour) => hour.toISOString().slice(0, 10)))];
  await tx.$executeRaw`delete from usage_days where day = any(${days}::date[])`;
  await tx.$executeRaw`
    insert into usage_days (day, ${columns})
    select d.day, user_id, project_id, key_id, provider, model, unit, outcome, code,
      sum(generations), sum(outputs), sum(filtered), sum(estimated), sum(settled)
    from unnest(${days}::date[]) as d(day) join usage_hours h
      on h.hour >= d.day::timestamp at time zone 'UTC' and h.hour < (d.day + 1)::timestamp at time zone 'UTC'
    group by d.day, user_id, project_id, key_id, provider, model, unit, outcome, code`;
}

/** Has everything counted anew by the next roll-up, as after a restore. */
export async function rewindUsage(db: Transaction): Promise<void> {
  await db.usageClock.update({ where: { id: 1 }, data: { until: new Date(0) } });
}

/** Takes an account out of the usage; what it did stays counted for nobody. */
export async function forgetUsageOf(tx: Transaction, userId: string): Promise<void> {
  await tx.usageHour.updateMany({ where: { userId }, data: { userId: null } });
  await tx.usageDay.updateMany({ where: { userId }, data: { userId: null } });
}

export type UsageStep = 'hour' | 'day' | 'week';

/** What is looked at; whatever is left out does not matter. */
export interface UsageFilter {
  from: Date;
  /** Exclusive. */
  to: Date;
  by: UsageStep;
  userId?: string | undefined;
  projectId?: string | undefined;
  keyId?: string | undefined;
  model?: string | undefined;
}

export interface UsageRow {
  at: Date;
  outcome: string;
  unit: string;
  generations: number;
  outputs: number;
  filtered: number;
  estimated: string;
  settled: string;
}

/** The course of things: one row for each step, outcome and unit. */
export function readUsage(db: Transaction, filter: UsageFilter): Promise<UsageRow[]> {
  const { by } = filter;
  const at = {
    hour: Prisma.sql`hour`,
    day: Prisma.sql`day::timestamp at time zone 'UTC'`,
    week: Prisma.sql`date_trunc('week', day::timestamp) at time zone 'UTC'`,
  }[by];
  return db.$queryRaw<UsageRow[]>`
    select ${at} as at, outcome, unit, sum(generations)::int as generations, sum(outputs)::int as outputs,
      sum(filtered)::int as filtered, sum(estimated)::text as estimated, sum(settled)::text as settled
    from ${tableOf(filter)} where ${toConditions(filter)} group by 1, 2, 3 order by 1`;
}

/** One of those that have the most. */
export interface UsageShare {
  id: string | null;
  name: string | null;
  generations: number;
  failed: number;
  unit: string;
  settled: string;
}

export type UsageDimension = 'user' | 'key' | 'project' | 'model' | 'code';

const dimensions: Readonly<
  Record<UsageDimension, { column: Prisma.Sql; name: Prisma.Sql; where: Prisma.Sql }>
> = {
  user: {
    column: Prisma.sql`user_id::text`,
    name: Prisma.sql`(select display_name from users where id::text = s.id)`,
    where: Prisma.sql`true`,
  },
  key: {
    column: Prisma.sql`key_id::text`,
    name: Prisma.sql`(select label || ' …' || hint from provider_keys where id::text = s.id)`,
    where: Prisma.sql`true`,
  },
  project: {
    column: Prisma.sql`project_id::text`,
    // Everybody has a personal one, which says nothing without whose it is.
    name: Prisma.sql`(select case p.kind when 'personal' then p.name || ' (' || u.display_name || ')' else p.name end
      from projects p left join project_members m on m.project_id = p.id and m.role = 'owner' and p.kind = 'personal'
      left join users u on u.id = m.user_id where p.id::text = s.id limit 1)`,
    where: Prisma.sql`true`,
  },
  model: { column: Prisma.sql`model`, name: Prisma.sql`s.id`, where: Prisma.sql`true` },
  code: { column: Prisma.sql`code`, name: Prisma.sql`s.id`, where: Prisma.sql`code <> ''` },
};

/** Those that have the most generations, by what they are told apart by; one row for each unit that they spent in. */
export function readShares(
  db: Transaction,
  filter: UsageFilter,
  dimension: UsageDimension,
  most = 10,
): Promise<UsageShare[]> {
  const { column, name, where } = dimensions[dimension];
  return db.$queryRaw<UsageShare[]>`
    with shares as (
      select ${column} as id, unit, sum(generations)::int as generations,
        (sum(generations) filter (where outcome in ('failed', 'expired', 'outcome_unknown')))::int as failed,
        sum(settled)::text as settled
      from ${tableOf(filter)} where ${toConditions(filter)} and ${where} group by 1, 2
    ), first as (
      select id, sum(generations) as all_of_it from shares group by id order by 2 desc, 1 limit ${most}
    )
    select s.id, ${name} as name, s.generations, coalesce(s.failed, 0) as failed, s.unit, s.settled
    from shares s join first f on f.id is not distinct from s.id order by f.all_of_it desc, s.id, s.unit`;
}

/** Up to when changes are counted. */
export async function readCountedUntil(db: Transaction): Promise<Date> {
  return (await db.usageClock.findUniqueOrThrow({ where: { id: 1 } })).until;
}

/** How many people generated anything. */
export async function countActive(db: Transaction, filter: UsageFilter): Promise<number> {
  const [row] = await db.$queryRaw<{ n: number }[]>`
    select count(distinct user_id)::int as n from ${tableOf(filter)} where ${toConditions(filter)}`;
  return row?.n ?? 0;
}

/** How long each model took: how many of its generations fell into each bucket. */
export function readLatencies(
  db: Transaction,
  { from, to, model }: UsageFilter,
): Promise<{ model: string; bucket: number; count: number }[]> {
  const of = model ? Prisma.sql`and model = ${model}` : Prisma.empty;
  return db.$queryRaw`
    select model, bucket, sum(count)::int as count from usage_latencies
    where hour >= ${from} and hour < ${to} ${of} group by model, bucket order by model, bucket`;
}

function tableOf({ by }: UsageFilter): Prisma.Sql {
  return by === 'hour' ? Prisma.sql`usage_hours` : Prisma.sql`usage_days`;
}

function toConditions(filter: UsageFilter): Prisma.Sql {
  const { from, to, by, userId, projectId, keyId, model } = filter;
  const time =
    by === 'hour'
      ? Prisma.sql`hour >= ${from} and hour < ${to}`
      : Prisma.sql`day >= (${from}::timestamptz at time zone 'UTC')::date and day < (${to}::timestamptz at time zone 'UTC')::date`;
  return Prisma.join(
    [
      time,
      ...(userId ? [Prisma.sql`user_id = ${userId}::uuid`] : []),
      ...(projectId ? [Prisma.sql`project_id = ${projectId}::uuid`] : []),
      ...(keyId ? [Prisma.sql`key_id = ${keyId}::uuid`] : []),
      ...(model ? [Prisma.sql`model = ${model}`] : []),
    ],
    ' and ',
  );
}
