import type { ReactNode } from 'react';
import type { Budget } from '../../api/types.ts';
import { budgetsText as t } from '../../strings/en/budgets.ts';
import { when } from '../../strings/format.ts';
import { Meter } from '../../ui/meter.tsx';
import { priceText } from '../../ui/price.ts';
import { Row } from '../../ui/rows.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import classes from './budget-row.module.css';

type Shown = Pick<Budget, 'unit' | 'period' | 'limit' | 'spent' | 'held' | 'left' | 'resets_at'>;

/** One budget: whose it is, what it is taken up by, and what is left. */
export function BudgetRow({
  budget,
  name,
  about,
  actions,
}: {
  budget: Shown;
  name: string;
  /** What more there is to say. */
  about?: ReactNode;
  actions?: ReactNode;
}) {
  const { unit, period, limit, spent, held, left, resets_at } = budget;
  const money = (amount: string) => priceText({ amount, unit });
  const text = t.left(money(left));
  return (
    <Row name={name} badge={<StateBadge tone="calm">{t.periods[period]}</StateBadge>} actions={actions}>
      <div className={classes.meter}>
        <Meter left={Number(left)} total={Number(limit)} label={text} />
      </div>
      <p>
        {text} · {t.used(spent, money(limit))}
        {Number(held) > 0 && <> · {t.held(money(held))}</>}
        {resets_at !== null && <> · {t.resets(when(resets_at))}</>}
      </p>
      {about && <p>{about}</p>}
    </Row>
  );
}
