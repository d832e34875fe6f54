import { Button } from '@mantine/core';
import type { Project } from '../../api/types.ts';
import { useBudgets, useChangeProjectBudget } from '../../data/budgets.ts';
import { budgetsText as t } from '../../strings/en/budgets.ts';
import { Rows } from '../../ui/rows.tsx';
import { Section } from '../../ui/section.tsx';
import { toastProblem } from '../../ui/toast-problem.ts';
import { toast } from '../../ui/toasts.tsx';
import { BudgetForm } from '../budgets/budget-form.tsx';
import { BudgetRow } from '../budgets/budget-row.tsx';

/** What may be spent in a project: its members see it, its owner says it. */
export function ProjectBudget({ project: { id, name, role } }: { project: Project }) {
  const { data = [] } = useBudgets();
  const change = useChangeProjectBudget(id);
  const budgets = data.filter(({ scope, scope_id }) => scope === 'project' && scope_id === id);
  const isOwner = role === 'owner';
  if (!isOwner && budgets.length === 0) return null;
  return (
    <Section title={t.title} intro={t.introProject}>
      {budgets.length > 0 && (
        <Rows label={t.title}>
          {budgets.map((budget) => {
            const { unit, period } = budget;
            // A project is never given something once and for all.
            if (period === 'ever') return null;
            return (
              <BudgetRow
                key={`${unit} ${period}`}
                budget={budget}
                name={name}
                actions={
                  isOwner && (
                    <Button
                      size="sm"
                      aria-label={t.removeOf(t.periods[period])}
                      disabled={change.isPending}
                      onClick={() =>
                        change.mutate(
                          { unit, period, amount: null },
                          { onSuccess: () => toast(t.removed), onError: toastProblem },
                        )
                      }
                    >
                      {t.remove}
                    </Button>
                  )
                }
              />
            );
          })}
        </Rows>
      )}
      {isOwner && (
        <BudgetForm
          isBusy={change.isPending}
          error={change.variables?.amount === null ? null : change.error}
          onSet={(wanted, done) =>
            change.mutate(wanted, {
              onSuccess: () => {
                done();
                toast(t.isSet);
              },
            })
          }
        />
      )}
    </Section>
  );
}
