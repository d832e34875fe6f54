import type { GenerationState } from '../domain/generation-state.ts';
import { collectableStates } from '../domain/generation-state.ts';
import type { Transaction } from './client.ts';
import { Prisma } from './generated/client.ts';
import { type GenerationRow, shown } from './generation-repo.ts';

/** What administrators look for; whatever is left out does not matter. */
export interface AdminGenerationFilter {
  userId?: string | undefined;
  projectId?: string | undefined;
  keyId?: string | undefined;
  model?: string | undefined;
  states?: readonly GenerationState[] | undefined;
  code?: string | undefined;
  from?: Date | undefined;
  /** Exclusive. */
  to?: Date | undefined;
}

/** A generation with whose it is. */
export type AdminGenerationRow = GenerationRow & { user: { id: string; displayName: string } };

const withOwner = { ...shown, user: { select: { id: true, displayName: true } } } as const;

/** Anybody's generations, newest first; one more than `limit`, so that the caller knows whether there are more. */
export function listAllGenerations(
  db: Transaction,
  filter: AdminGenerationFilter,
  page: { limit: number; after?: string | undefined },
): Promise<AdminGenerationRow[]> {
  const { userId, projectId, keyId, model, states, code, from, to } = filter;
  return db.generation.findMany({
    where: {
      deletedAt: null,
      ...(userId && { userId }),
      ...(projectId && { projectId }),
      ...(keyId && { keyId }),
      ...(model && { model }),
      ...(states && { state: { in: [...states] } }),
      ...(code && { errorCode: code }),
      ...((from || to) && { createdAt: { ...(from && { gte: from }), ...(to && { lt: to }) } }),
      ...(page.after && { id: { lt: page.after } }),
    },
    orderBy: { id: 'desc' },
    take: page.limit + 1,
    include: withOwner,
  });
}

/** Anybody's generation; null where there is none, or its owner deleted it. */
export function findAnyGeneration(db: Transaction, id: string): Promise<AdminGenerationRow | null> {
  return db.generation.findFirst({ where: { id, deletedAt: null }, include: withOwner });
}

/** So many of those that ended within the last hours, drawn by lot. */
export async function drawGenerations(
  db: Transaction,
  { count, hours }: { count: number; hours: number },
): Promise<AdminGenerationRow[]> {
  const drawn = await db.$queryRaw<{ id: string }[]>`
    select id from generations where deleted_at is null and state in ('succeeded', 'failed')
      and finished_at > now() - make_interval(hours => ${hours}::int)
    order by random() limit ${count}`;
  return db.generation.findMany({
    where: { id: { in: drawn.map(({ id }) => id) } },
    orderBy: { id: 'desc' },
    include: withOwner,
  });
}

/** How much there is in each state, and how long the first in line waits. */
export interface QueueDepth {
  states: { state: GenerationState; count: number }[];
  /** Of somebody who has nothing under way. Seconds; null where nobody waits. */
  oldestWaitSeconds: number | null;
}

export async function readQueueDepth(db: Transaction): Promise<QueueDepth> {
  const states = await db.$queryRaw<QueueDepth['states']>`
    select state::text as state, count(*)::int as count from generations
    where state in ('queued', 'admitted', 'submitting', 'running', 'storing', 'outcome_unknown')
    group by state order by state`;
  const [oldest] = await db.$queryRaw<{ seconds: number | null }[]>`
    select extract(epoch from now() - min(g.created_at))::float8 as seconds from generations g
    where g.state in ('queued', 'admitted') and g.eligible_at <= now() and not exists (
      select 1 from generations o where o.user_id = g.user_id
        and o.state in ('submitting', 'running', 'storing'))`;
  return { states, oldestWaitSeconds: oldest?.seconds ?? null };
}

const TROUBLED = Prisma.sql`(
  (g.state in ('queued', 'admitted') and g.not_sent_count > 0)
  or (g.state = 'storing' and g.store_fault_count > 0)
  or g.state = 'outcome_unknown'
  or (g.state = 'expired' and g.updated_at > now() - interval '7 days'))`;

/** What does not go as it should, the longest first. */
export async function listTroubled(db: Transaction, most: number): Promise<AdminGenerationRow[]> {
  const ids = await db.$queryRaw<{ id: string }[]>`
    select g.id from generations g where g.deleted_at is null and ${TROUBLED} order by g.updated_at limit ${most}`;
  return db.generation.findMany({
    where: { id: { in: ids.map(({ id }) => id) } },
    orderBy: { updatedAt: 'asc' },
    include: withOwner,
  });
}

/** Lets what waits for a later time be tried now. Nothing is submitted that may have been submitted before. */
export function hasten(
  tx: Transaction,
  ids: readonly string[],
): Promise<{ id: string; state: GenerationState }[]> {
  return tx.$queryRaw`
    with waiting as (
      -- In the order in which whoever ends several of them locks them.
      select id from generations where id = any(${[...ids]}::uuid[]) and state in ('queued', 'storing')
      order by id for no key update
    )
    update generations g set eligible_at = now(), touched_at = now() - interval '1 hour'
    from waiting where g.id = waiting.id
    returning g.id, g.state::text as state`;
}

/** How a service does in numbers, for whoever looks in. */
export interface ServiceNumbers {
  users: number;
  suspended: number;
  keys: number;
  keysToMend: number;
  inFlight: number;
  waiting: number;
  storedBytes: number;
  activeToday: number;
  generationsToday: number;
  failedToday: number;
}

export async function readServiceNumbers(db: Transaction): Promise<ServiceNumbers> {
  const [row] = await db.$queryRaw<ServiceNumbers[]>`
    select (select count(*) from users where state <> 'leaving')::int as users,
      (select count(*) from users where state = 'suspended')::int as suspended,
      (select count(*) from provider_keys where state = 'active')::int as keys,
      (select count(*) from provider_keys where state = 'needs_reentry')::int as "keysToMend",
      (select count(*) from generations where state = any(${[...collectableStates]}::generation_state[]))::int as "inFlight",
      (select count(*) from generations where state in ('queued', 'admitted'))::int as waiting,
      ((select coalesce(sum(byte_size), 0) from outputs where deleted_at is null)
        + (select coalesce(sum(byte_size), 0) from uploads where deleted_at is null))::float8 as "storedBytes",
      today.active as "activeToday", today.n as "generationsToday", today.failed as "failedToday"
    from (select count(*)::int as n, count(distinct user_id)::int as active,
        count(*) filter (where state in ('failed', 'expired', 'outcome_unknown'))::int as failed
      from generations where created_at > now() - interval '1 day') today`;
  if (!row) throw new Error('A count always has a row.');
  return row;
}

/** What takes the most room. Bytes. */
export function readStorageShares(
  db: Transaction,
  most = 10,
): Promise<{ id: string; name: string; bytes: number }[]> {
  return db.$queryRaw`
    select u.id, u.display_name as name, sum(f.bytes)::float8 as bytes from (
      select g.user_id, o.byte_size as bytes from outputs o join generations g on g.id = o.generation_id
        where o.deleted_at is null
      union all select owner_id, byte_size from uploads where deleted_at is null) f
    join users u on u.id = f.user_id group by u.id order by 3 desc limit ${most}`;
}

/** A process of the service, as it was measured last. */
export interface ProcessReading {
  /** Such as `api:1234`. */
  name: string;
  loopLagMs: number;
  memoryMb: number;
  seenAt: Date;
}

/** The processes that lived within the last minutes. */
export function listProcesses(db: Transaction): Promise<ProcessReading[]> {
  return db.$queryRaw<ProcessReading[]>`
    select key as name, max(count) filter (where name = 'loop_lag_ms')::int as "loopLagMs",
      max(count) filter (where name = 'memory_mb')::int as "memoryMb", max(minute) as "seenAt"
    from minute_counts where name in ('loop_lag_ms', 'memory_mb') and minute > now() - interval '3 minutes'
    group by key order by key`;
}

/** How full the disk is that files are on. Percent; null where nobody measured it lately. */
export async function readDiskUse(db: Transaction): Promise<number | null> {
  const [row] = await db.$queryRaw<{ percent: number | null }[]>`
    select max(count)::int as percent from minute_counts
    where name = 'disk_used_percent' and minute > now() - interval '5 minutes'`;
  return row?.percent ?? null;
}
