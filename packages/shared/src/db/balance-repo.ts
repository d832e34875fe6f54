import {
  ANYBODY,
  type Bound,
  type BudgetScope,
  budgetScopes,
  type Standing,
  spanOf,
} from '../domain/budgets.ts';
import { toParts, type Unit } from '../domain/money.ts';
import type { Transaction } from './client.ts';
import type { Prisma } from './generated/client.ts';

/**
 * Moves the balances of everybody whom entries of the ledger count for. Rows are locked in one order, whoever moves
 * them: the latest day first, and of a day all, team key, project, user, token. So nobody waits in a circle.
 *
 * @param entries a query that returns rows of `ledger_entries`
 * @param options.scopes whose balances; everybody's where left out
 * @param options.dayBefore waits also for those who move balances of the day before
 */
export async function moveBalances(
  tx: Transaction,
  entries: Prisma.Sql,
  options: { scopes?: BudgetScope[]; dayBefore?: boolean } = {},
): Promise<void> {
  const { scopes = [...budgetScopes], dayBefore = false } = options;
  await tx.$executeRaw`
    with entry as (${entries})
    insert into balances (scope, scope_id, unit, day, held, spent)
    select owner.scope, owner.id, entry.unit, change.day, sum(change.held), sum(change.spent)
    from entry
    cross join lateral (values ('all'::budget_scope, ${ANYBODY}::uuid), ('team_key', entry.team_key_id),
      ('project', entry.project_id), ('user', entry.user_id), ('token', entry.token_id)) owner(scope, id)
    cross join lateral (values (entry.day, entry.held, entry.spent),
      (case when ${dayBefore}::boolean then entry.day - 1 end, 0, 0)) change(day, held, spent)
    where entry.provider <> 'demo' and owner.id is not null and change.day is not null
      and owner.scope = any(${scopes}::budget_scope[])
    group by 1, 2, 3, 4
    order by change.day desc, owner.scope, owner.id, entry.unit
    on conflict (scope, scope_id, unit, day) do update
      set held = balances.held + excluded.held, spent = balances.spent + excluded.spent`;
}

/** What the bounds of somebody are taken up by, in the day and month of `at`. */
export async function measure<B extends Bound>(
  db: Transaction,
  bounds: readonly B[],
  at: Date,
): Promise<(B & Standing)[]> {
  if (bounds.length === 0) return [];
  const wanted = bounds.map(({ scope, scopeId, unit, period }, place) => {
    const span = spanOf(period, at);
    return { place, scope, scopeId, unit, start: toDay(span?.start), end: toDay(span?.end) };
  });
  const rows = await db.$queryRaw<{ place: number; held: string; spent: string }[]>`
    select place, coalesce(sum(b.held), 0)::text as held, coalesce(sum(b.spent), 0)::text as spent
    from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as bound(place int, scope budget_scope,
      "scopeId" uuid, unit text, start date, "end" date)
    left join balances b on b.scope = bound.scope and b.scope_id = "scopeId" and b.unit = bound.unit
      and b.day >= coalesce(start, '-infinity') and b.day < coalesce("end", 'infinity')
    group by place`;
  return bounds.map((bound, index) => {
    const row = rows.find(({ place }) => place === index);
    return { ...bound, held: toParts(row?.held ?? '0'), spent: toParts(row?.spent ?? '0') };
  });
}

/** What somebody holds and has spent in all time, in ten-thousandths of the unit. */
export async function spentInAll(
  db: Transaction,
  whose: { scope: BudgetScope; scopeId: string; unit: Unit },
): Promise<bigint> {
  const { _sum } = await db.balance.aggregate({ where: whose, _sum: { held: true, spent: true } });
  return toParts(_sum.held?.toFixed(4) ?? '0') + toParts(_sum.spent?.toFixed(4) ?? '0');
}

function toDay(time: Date | undefined): string | null {
  return time?.toISOString().slice(0, 10) ?? null;
}
