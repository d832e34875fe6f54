import type { ErrorCode } from './errors.ts';
import { fromParts, type Money, toParts, type Unit } from './money.ts';

/** Whose spending is counted, in the order in which balances are locked. */
export const budgetScopes = ['all', 'team_key', 'project', 'user', 'token'] as const;
export type BudgetScope = (typeof budgetScopes)[number];

export const budgetPeriods = ['day', 'month'] as const;
export type BudgetPeriod = (typeof budgetPeriods)[number];

/** Of scope `all`, the whole service; of scope `user`, everybody who has no budget of their own. */
export const ANYBODY = '00000000-0000-0000-0000-000000000000';

/** What somebody, or the settings, said may be spent; in ten-thousandths of the unit. */
export interface Budget {
  scope: BudgetScope;
  scopeId: string;
  unit: Unit;
  period: BudgetPeriod;
  amount: bigint;
}

interface BudgetSettings {
  BUDGET_USER_DAILY: readonly string[];
  BUDGET_USER_MONTHLY: readonly string[];
  BUDGET_TOTAL_DAILY: readonly string[];
  BUDGET_TOTAL_MONTHLY: readonly string[];
}

/** The budgets that the settings write, such as `50credits`. */
export function toBudgets(settings: BudgetSettings): Budget[] {
  const read = (scope: BudgetScope, period: BudgetPeriod, amounts: readonly string[]) =>
    amounts.map((text): Budget => {
      const unit: Unit = text.endsWith('usd') ? 'usd' : 'credits';
      return { scope, scopeId: ANYBODY, unit, period, amount: toParts(text.slice(0, -unit.length)) };
    });
  return [
    ...read('all', 'day', settings.BUDGET_TOTAL_DAILY),
    ...read('all', 'month', settings.BUDGET_TOTAL_MONTHLY),
    ...read('user', 'day', settings.BUDGET_USER_DAILY),
    ...read('user', 'month', settings.BUDGET_USER_MONTHLY),
  ];
}

/** Who spends, and in what. */
export interface Spender {
  userId: string;
  /** What an invited guest may spend in all. */
  allowance: Money | null;
  /** The access token that asks, where one does. */
  token: { id: string; spendCap: Money | null } | null;
  projectIds: readonly string[];
  teamKeyIds: readonly string[];
}

/** Something that may not be spent past. */
export interface Bound {
  scope: BudgetScope;
  scopeId: string;
  unit: Unit;
  /** `ever`: it is never filled again. */
  period: BudgetPeriod | 'ever';
  limit: bigint;
  /** What going over it is refused with. */
  code: ErrorCode;
  /** Whose money it is, at the beginning of a sentence. */
  whose: string;
}

/**
 * What binds somebody. Of several budgets of one scope the strictest holds, save that a user's own takes the place of
 * everybody's.
 *
 * @param budgets of the settings and of people; those of others are left out
 */
export function boundsOf(budgets: readonly Budget[], spender: Spender): Bound[] {
  const { userId, allowance, token, projectIds, teamKeyIds } = spender;
  const of = (scope: BudgetScope, scopeId: string) =>
    budgets.filter((budget) => budget.scope === scope && budget.scopeId === scopeId);
  const bound = (whose: string, own: readonly Budget[]) =>
    strictest(own).map(({ amount: limit, ...rest }): Bound => {
      return { ...rest, limit, whose, code: 'budget_exceeded' };
    });
  const own = of('user', userId);
  const everybodys = of('user', ANYBODY)
    .filter((budget) => !own.some((other) => isAlike(budget, other)))
    .map((budget) => ({ ...budget, scopeId: userId }));
  return [
    ...bound('The service', of('all', ANYBODY)),
    ...teamKeyIds.flatMap((id) => bound('The team’s key', of('team_key', id))),
    ...projectIds.flatMap((id) => bound('The project', of('project', id))),
    ...bound('Your budget', [...own, ...everybodys]),
    ...once({ scope: 'user', scopeId: userId, code: 'allowance_spent', whose: 'Your invitation' }, allowance),
    ...once(
      { scope: 'token', scopeId: token?.id ?? '', code: 'spend_cap_reached', whose: 'The token' },
      token?.spendCap ?? null,
    ),
  ];
}

/** A bound, and what it was taken up by. */
export interface Standing extends Bound {
  held: bigint;
  spent: bigint;
}

/** What is left of a bound: never less than nothing, though a budget may have been made smaller than what was spent. */
export function leftOf({ limit, held, spent }: Standing): bigint {
  const left = limit - held - spent;
  return left < 0n ? 0n : left;
}

/**
 * Why something may not be bought; null where it may. Also refused where there is a budget, and no price is known in
 * any unit of it.
 *
 * @param standings without what is to be bought now
 * @param at when it is begun
 */
export function refusalOf(
  standings: readonly Standing[],
  price: Money | null,
  at: Date,
): { code: ErrorCode; message: string } | null {
  const cost = price && toParts(price.amount);
  for (const first of standings.filter(isFirstOfItsOwner)) {
    const owned = standings.filter((other) => isOfOneOwner(first, other));
    const bounds = owned.filter(({ unit }) => unit === price?.unit);
    if (cost === null || bounds.length === 0) {
      const units = [...new Set(owned.map(({ unit }) => unit))].join(' and ');
      const message = `${first.whose} is limited in ${units}, and no price of this is known in that.`;
      return { code: 'price_unknown', message };
    }
    const short = bounds.find((standing) => cost > leftOf(standing));
    if (!short) continue;
    const { whose, code, unit, period } = short;
    const end = spanOf(period, at)?.end.toISOString().slice(0, 10);
    const until = end ? ` until ${end} (UTC)` : '';
    const message = `${whose} has ${toWords(leftOf(short), unit)} left${until}; this would cost ${toWords(cost, unit)}.`;
    return { code, message };
  }
  return null;
}

/** The day or month that a time lies in, by UTC; null for all time. */
export function spanOf(period: Bound['period'], time: Date): { start: Date; end: Date } | null {
  if (period === 'ever') return null;
  const [year, month, day] = [time.getUTCFullYear(), time.getUTCMonth(), time.getUTCDate()];
  return period === 'month'
    ? { start: new Date(Date.UTC(year, month)), end: new Date(Date.UTC(year, month + 1)) }
    : { start: new Date(Date.UTC(year, month, day)), end: new Date(Date.UTC(year, month, day + 1)) };
}

function toWords(parts: bigint, unit: Unit): string {
  const { amount } = fromParts(parts, unit);
  if (unit === 'usd') return `$${amount}`;
  return `${amount} ${amount === '1' ? 'credit' : 'credits'}`;
}

/** The lowest of each unit and period. */
function strictest(budgets: readonly Budget[]): Budget[] {
  return budgets.filter(
    (budget, index) =>
      !budgets.some(
        (other, place) =>
          isAlike(budget, other) &&
          (other.amount < budget.amount || (other.amount === budget.amount && place < index)),
      ),
  );
}

function isFirstOfItsOwner(bound: Bound, index: number, bounds: readonly Bound[]): boolean {
  return bounds.findIndex((other) => isOfOneOwner(bound, other)) === index;
}

/** A guest's invitation and the budget of its account are two owners. */
function isOfOneOwner(one: Bound, other: Bound): boolean {
  return one.whose === other.whose && one.scopeId === other.scopeId;
}

function isAlike(one: Budget, other: Budget): boolean {
  return one.unit === other.unit && one.period === other.period;
}

function once(bound: Pick<Bound, 'scope' | 'scopeId' | 'code' | 'whose'>, money: Money | null): Bound[] {
  return money ? [{ ...bound, unit: money.unit, period: 'ever', limit: toParts(money.amount) }] : [];
}
