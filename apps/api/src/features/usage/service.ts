import {
  type AdminUsageQuery,
  MOST_STEPS,
  type Usage,
  type UsageShareView,
  type UsageStepView,
  usageOutcomes,
} from '@veogate/shared/contracts/usage';
import type { Transaction } from '@veogate/shared/db/client';
import {
  countActive,
  readCountedUntil,
  readLatencies,
  readShares,
  readUsage,
  type UsageFilter,
  type UsageRow,
  type UsageShare,
  type UsageStep,
} from '@veogate/shared/db/usage-repo';
import { invalidField } from '@veogate/shared/domain/errors';
import { percentileOf } from '@veogate/shared/domain/latency-buckets';
import { fromParts, type Money, toParts, type Unit } from '@veogate/shared/domain/money';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LENGTHS: Readonly<Record<UsageStep, number>> = { hour: HOUR_MS, day: DAY_MS, week: 7 * DAY_MS };
const USUAL_DAYS = 30;
/** 1970 began on a Thursday; weeks begin on Mondays. Milliseconds. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

/** What was generated and spent: of everybody, or with a `user_id` of one. */
export function createUsageService({ db }: { db: Transaction }) {
  return async (query: AdminUsageQuery, { withPeople }: { withPeople: boolean }): Promise<Usage> => {
    const filter = toFilter(query, new Date());
    const [rows, codes, models, latencies, users, projects, keys, active, countedUntil] = await Promise.all([
      readUsage(db, filter),
      readShares(db, filter, 'code'),
      readShares(db, filter, 'model'),
      // Nobody is told how fast it goes for others alone: a model takes as long for everybody.
      readLatencies(db, filter),
      withPeople ? readShares(db, filter, 'user') : [],
      readShares(db, filter, 'project'),
      readShares(db, filter, 'key'),
      countActive(db, filter),
      readCountedUntil(db),
    ]);
    const { from, to, by } = filter;
    const { at: _at, ...total } = sum(from, rows);
    const byStep = new Map<number, UsageRow[]>(stepsOf(filter).map((at) => [at.getTime(), []]));
    for (const row of rows) byStep.get(row.at.getTime())?.push(row);
    return {
      from: from.toISOString(),
      to: to.toISOString(),
      by,
      counted_until: countedUntil.toISOString(),
      total: { ...total, active_users: active },
      steps: [...byStep].map(([at, own]) => sum(new Date(at), own)),
      codes: mergeShares(codes).map(({ id, generations }) => ({ code: id ?? '', generations })),
      models: mergeShares(models),
      latencies: toLatencies(latencies),
      users: mergeShares(users),
      projects: mergeShares(projects),
      keys: mergeShares(keys),
    };
  };
}

/** Whole steps: a part of one would look as if less had been done in it. */
function toFilter(query: AdminUsageQuery, now: Date): UsageFilter {
  const { by, user_id: userId, project_id: projectId, key_id: keyId, model } = query;
  const to = ceil(by, query.to === undefined ? now : new Date(query.to));
  const from = floor(
    by,
    query.from === undefined ? new Date(to.getTime() - USUAL_DAYS * DAY_MS) : new Date(query.from),
  );
  if (from >= to) throw invalidField('from', 'It must be before the end.');
  if ((to.getTime() - from.getTime()) / LENGTHS[by] > MOST_STEPS)
    throw invalidField('by', `From there on that would be more than ${MOST_STEPS} steps: take longer ones.`);
  return { from, to, by, userId, projectId, keyId, model };
}

function floor(by: UsageStep, at: Date): Date {
  const offset = by === 'week' ? FIRST_MONDAY_MS : 0;
  const length = LENGTHS[by];
  return new Date(Math.floor((at.getTime() - offset) / length) * length + offset);
}

function ceil(by: UsageStep, at: Date): Date {
  const before = floor(by, at);
  return before.getTime() === at.getTime() ? before : new Date(before.getTime() + LENGTHS[by]);
}

function stepsOf({ from, to, by }: UsageFilter): Date[] {
  const count = Math.round((to.getTime() - from.getTime()) / LENGTHS[by]);
  return Array.from({ length: count }, (_, index) => new Date(from.getTime() + index * LENGTHS[by]));
}

function sum(at: Date, rows: readonly UsageRow[]): UsageStepView {
  const of = (
    fits: (row: UsageRow) => boolean,
    field: 'generations' | 'outputs' | 'filtered' = 'generations',
  ) => rows.filter(fits).reduce((total, row) => total + row[field], 0);
  const all = () => true;
  const ended = Object.fromEntries(
    usageOutcomes.map((name) => [name, of(({ outcome }) => outcome === name)]),
  );
  const units = [...new Set(rows.map(({ unit }) => unit).filter(Boolean))].sort() as Unit[];
  return {
    at: at.toISOString(),
    generations: of(all),
    ...(ended as Record<(typeof usageOutcomes)[number], number>),
    outputs: of(all, 'outputs'),
    filtered: of(all, 'filtered'),
    spend: units.map((unit) => {
      const inUnit = rows.filter((row) => row.unit === unit);
      return {
        estimated: add(
          unit,
          inUnit.map(({ estimated }) => estimated),
        ),
        settled: add(
          unit,
          inUnit.map(({ settled }) => settled),
        ),
      };
    }),
  };
}

function add(unit: Unit, amounts: readonly string[]): Money {
  return fromParts(
    amounts.reduce((total, amount) => total + toParts(amount), 0n),
    unit,
  );
}

/** One for each, in the order in which they come, with what it spent in each unit. */
function mergeShares(rows: readonly UsageShare[]): UsageShareView[] {
  const merged = new Map<string | null, UsageShareView>();
  for (const { id, name, generations, failed, unit, settled } of rows) {
    const share = merged.get(id) ?? { id, name, generations: 0, failed: 0, spend: [] };
    share.generations += generations;
    share.failed += failed;
    if (unit) share.spend.push(fromParts(toParts(settled), unit as Unit));
    merged.set(id, share);
  }
  return [...merged.values()];
}

function toLatencies(rows: readonly { model: string; bucket: number; count: number }[]): Usage['latencies'] {
  return [...new Set(rows.map(({ model }) => model))].map((model) => {
    const counts = rows.filter((row) => row.model === model);
    const seconds = (share: number) => Math.round((percentileOf(counts, share) ?? 0) / 100) / 10;
    return {
      model,
      generations: counts.reduce((total, { count }) => total + count, 0),
      p50_seconds: seconds(0.5),
      p90_seconds: seconds(0.9),
      p99_seconds: seconds(0.99),
    };
  });
}
