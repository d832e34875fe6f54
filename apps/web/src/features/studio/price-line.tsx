import type { Model } from '../../api/types.ts';
import { t } from '../../strings/en.ts';
import { roughly } from '../../strings/format.ts';
import { priceOf, priceText } from '../../ui/price.ts';
import classes from './composer.module.css';

/** What Generate will cost, before it is pressed; and what still stands in its way. */
export function PriceLine({
  model,
  count,
  missing,
}: {
  model: Model | undefined;
  count: number;
  missing: string | undefined;
}) {
  if (!model) return <p id="price" className={classes.price} />;
  return (
    <div id="price" className={classes.price} aria-live="polite">
      <p className={classes.amount}>
        {priceText(priceOf(model, count))}
        {model.provider === 'demo' && <span className={classes.demo}> · {t.studio.price.demo}</span>}
      </p>
      <p className={classes.note}>{missing ?? t.studio.price.usually(roughly(model.expected_seconds))}</p>
    </div>
  );
}
