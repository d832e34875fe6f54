import { useBudgets } from '../../data/budgets.ts';
import { budgetsText as t } from '../../strings/en/budgets.ts';
import { Rows } from '../../ui/rows.tsx';
import { Section } from '../../ui/section.tsx';
import { BudgetRow } from '../budgets/budget-row.tsx';

/** What this person may spend. Where nothing binds them, there is nothing to say. */
export function Budgets() {
  const { data: budgets = [] } = useBudgets();
  if (budgets.length === 0) return null;
  return (
    <Section title={t.title} intro={t.intro}>
      <Rows label={t.title}>
        {budgets.map((budget) => (
          <BudgetRow
            key={[budget.scope, budget.scope_id, budget.name, budget.unit, budget.period].join()}
            budget={budget}
            name={budget.name}
          />
        ))}
      </Rows>
    </Section>
  );
}
