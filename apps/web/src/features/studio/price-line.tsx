import type { BudgetAhead, Estimate, Model } from '../../api/types.ts';
import { t } from '../../strings/en.ts';
import { roughly } from '../../strings/format.ts';
import { priceOf, priceText } from '../../ui/price.ts';
import classes from './composer.module.css';

/** What Generate will cost and what is left for it, before it is pressed; and what still stands in its way. */
export function PriceLine({
  model,
  count,
  missing,
  estimate,
}: {
  model: Model | undefined;
  count: number;
  missing: string | undefined;
  /** Undefined where it is not known (yet). */
  estimate: Estimate | undefined;
}) {
  if (!model) return <p id="price" className={classes.price} />;
  const tightest = estimate && tightestOf(estimate.budgets);
  const isRefused = estimate !== undefined && !estimate.allowed;
  return (
    <div id="price" className={classes.price} aria-live="polite">
      <p className={classes.amount}>
        {priceText(priceOf(model, count))}
        {model.provider === 'demo' && <span className={classes.demo}> · {t.studio.price.demo}</span>}
      </p>
      <p className={classes.note}>{missing ?? t.studio.price.usually(roughly(model.expected_seconds))}</p>
      {isRefused && <p className={classes.refused}>{estimate.reason?.message}</p>}
      {!isRefused && tightest && (
        <p className={classes.budget}>
          {t.studio.price.left[tightest.period](
            tightest.name,
            priceText({ amount: tightest.left, unit: tightest.unit }),
          )}
        </p>
      )}
    </div>
  );
}

/** Of whatever binds, that which ends first. All of them are in the unit of the price. */
function tightestOf(budgets: readonly BudgetAhead[]): BudgetAhead | undefined {
  return budgets.toSorted((one, other) => Number(one.left) - Number(other.left))[0];
}
