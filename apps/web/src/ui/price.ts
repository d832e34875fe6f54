import { times } from '@veogate/shared/domain/money';
import type { Model, Money } from '../api/types.ts';
import { t } from '../strings/en.ts';

/** An amount as it is read. */
export function priceText(money: Money | null): string {
  return money === null ? t.studio.price.unknown : t.studio.price[money.unit](money.amount);
}

/** What so many outputs of a model cost; null where nobody knows. */
export function priceOf({ price_per_output: price }: Model, count: number): Money | null {
  return price && times(price.amount, count, price.unit);
}
