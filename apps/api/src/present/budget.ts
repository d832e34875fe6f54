import type { AdminBudget, Budget, BudgetAhead } from '@veogate/shared/contracts/budgets';
import type { SetBudget } from '@veogate/shared/db/budget-repo';
import {
  ANYBODY,
  leftOf,
  type Standing,
  spanOf,
  type Budget as Wanted,
} from '@veogate/shared/domain/budgets';
import { fromParts, type Money, toParts } from '@veogate/shared/domain/money';

/** What projects and keys are called, by id. */
type Names = ReadonlyMap<string, string>;

/** A budget as whoever it binds sees it. */
export function presentBudget(standing: Standing, names: Names, at: Date): Budget {
  const { scope, scopeId, unit, period, limit, spent, held } = standing;
  return {
    scope,
    scope_id: scopeId === ANYBODY ? null : scopeId,
    name: nameOf(standing, names),
    unit,
    period,
    limit: fromParts(limit, unit).amount,
    spent: fromParts(spent, unit).amount,
    held: fromParts(held, unit).amount,
    left: fromParts(leftOf(standing), unit).amount,
    resets_at: spanOf(period, at)?.end.toISOString() ?? null,
  };
}

/** What a budget would have left after something. */
export function presentAhead(standing: Standing, names: Names, price: Money | null): BudgetAhead {
  const { scope, unit, period } = standing;
  const left = leftOf(standing);
  const after = price?.unit === unit ? left - toParts(price.amount) : -1n;
  return {
    scope,
    name: nameOf(standing, names),
    unit,
    period,
    left: fromParts(left, unit).amount,
    after: after < 0n ? null : fromParts(after, unit).amount,
  };
}

/**
 * A budget as administrators see it.
 *
 * @param budget one of the settings has no `setAt`
 * @param standing null for the default of every user
 */
export function presentAdminBudget(
  budget: Wanted & Partial<SetBudget>,
  standing: Standing | null,
  at: Date,
): AdminBudget {
  const { scope, scopeId, unit, period, amount, name = null, setBy = null, setAt } = budget;
  const show = (parts: bigint) => fromParts(parts, unit).amount;
  return {
    // Nobody sets one for a token: its cap is made with it.
    scope: scope as AdminBudget['scope'],
    scope_id: scopeId === ANYBODY ? null : scopeId,
    name,
    unit,
    period,
    limit: show(amount),
    usage: standing && {
      spent: show(standing.spent),
      held: show(standing.held),
      left: show(leftOf(standing)),
    },
    resets_at: (spanOf(period, at)?.end ?? at).toISOString(),
    source: setAt ? 'set' : 'settings',
    set_by: setBy,
    set_at: setAt?.toISOString() ?? null,
  };
}

function nameOf({ scope, scopeId, whose }: Standing, names: Names): string {
  return (scope === 'project' || scope === 'team_key' ? names.get(scopeId) : null) ?? whose;
}
