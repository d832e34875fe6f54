import { Button } from '@mantine/core';
import type { AdminBudget, Me } from '../../api/types.ts';
import { useAdminBudgets, useChangeBudget } from '../../data/budgets.ts';
import { adminText } from '../../strings/en/admin.ts';
import { budgetsText } from '../../strings/en/budgets.ts';
import { when } from '../../strings/format.ts';
import forms from '../../ui/form.module.css';
import { priceText } from '../../ui/price.ts';
import { Pending, Row, Rows } from '../../ui/rows.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { toastProblem } from '../../ui/toast-problem.ts';
import { toast } from '../../ui/toasts.tsx';
import { BudgetRow } from '../budgets/budget-row.tsx';
import { SetBudget } from './set-budget.tsx';

const { admin: t, ...shared } = budgetsText;

/** What may be spent by all, by each and with the team's keys, and what is left of it. */
export function Budgets({ me }: { me: Me }) {
  const { data: budgets, error, refetch } = useAdminBudgets();
  const isAdmin = me.role === 'admin';
  if (!budgets) return <Pending error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <p className={forms.note}>{t.intro}</p>
      {isAdmin && <SetBudget />}
      {budgets.length === 0 && <p className={forms.note}>{shared.none}</p>}
      {budgets.length > 0 && (
        <Rows label={adminText.views.budgets}>
          {budgets.map((budget) => (
            <Item key={keyOf(budget)} budget={budget} isAdmin={isAdmin} />
          ))}
        </Rows>
      )}
    </>
  );
}

function Item({ budget, isAdmin }: { budget: AdminBudget; isAdmin: boolean }) {
  const { unit, period, limit, usage, source } = budget;
  const name = nameOf(budget);
  const actions = isAdmin && source === 'set' && <Remove budget={budget} />;
  if (usage)
    return (
      <BudgetRow budget={{ ...budget, ...usage }} name={name} about={aboutOf(budget)} actions={actions} />
    );
  return (
    <Row name={name} badge={<StateBadge tone="calm">{shared.periods[period]}</StateBadge>} actions={actions}>
      <p>{t.each(priceText({ amount: limit, unit }))}</p>
      <p>{aboutOf(budget)}</p>
    </Row>
  );
}

function Remove({ budget }: { budget: AdminBudget }) {
  const change = useChangeBudget();
  const { scope, scope_id, unit, period } = budget;
  const target = { scope, unit, period, ...(scope_id !== null && { scope_id }) };
  return (
    <Button
      size="sm"
      aria-label={shared.removeOf(`${nameOf(budget)}, ${shared.periods[period].toLowerCase()}`)}
      loading={change.isPending}
      onClick={() =>
        change.mutate(
          { ...target, amount: null },
          { onSuccess: () => toast(shared.removed), onError: toastProblem },
        )
      }
    >
      {shared.remove}
    </Button>
  );
}

function nameOf({ scope, scope_id, name }: AdminBudget): string {
  if (scope === 'all') return t.service;
  return scope_id === null ? t.everybody : (name ?? t.kinds[scope]);
}

function aboutOf({ scope, scope_id, source, set_by, set_at }: AdminBudget): string {
  const origin =
    source === 'settings' || set_at === null
      ? t.fromSettings
      : set_by === null
        ? t.setAt(when(set_at))
        : t.setBy(set_by, when(set_at));
  return scope_id === null ? origin : `${t.kinds[scope]} · ${origin}`;
}

function keyOf({ scope, scope_id, unit, period, source }: AdminBudget): string {
  return [scope, scope_id, unit, period, source].join();
}
