import type { FlagFinding, FlagRuleId } from '../domain/red-flags.ts';
import type { Transaction } from './client.ts';
import { Prisma } from './generated/client.ts';
import { flagSql } from './red-flag-rules.ts';

/** What a rule finds now. */
export function findFlags(
  db: Transaction,
  rule: FlagRuleId,
  numbers: Readonly<Record<string, number>>,
): Promise<FlagFinding[]> {
  return look(db, rule, numbers, Prisma.sql`select now() as at`);
}

/** What a rule would have found. */
export interface PastFinding extends FlagFinding {
  at: Date;
}

/**
 * What a rule would have found with these thresholds, looking at the past every so often.
 *
 * @param span.stepMinutes between two looks; no longer than what a rule looks back on, or it would miss something
 */
export function replayFlags(
  db: Transaction,
  rule: FlagRuleId,
  numbers: Readonly<Record<string, number>>,
  { days, stepMinutes }: { days: number; stepMinutes: number },
): Promise<PastFinding[]> {
  const moments = Prisma.sql`
    select generate_series(now() - make_interval(days => ${days}::int), now(),
      make_interval(mins => ${stepMinutes}::int)) as at`;
  return look(db, rule, numbers, moments);
}

function look(
  db: Transaction,
  rule: FlagRuleId,
  numbers: Readonly<Record<string, number>>,
  moments: Prisma.Sql,
): Promise<PastFinding[]> {
  return db.$queryRaw<PastFinding[]>`
    select t.at, f.subject_id as "subjectId", f.measured, f.evidence
    from (${moments}) t cross join lateral (${flagSql[rule](numbers)}) f
    order by t.at, f.subject_id`;
}
