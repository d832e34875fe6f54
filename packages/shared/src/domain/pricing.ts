import type { Model } from './models.ts';
import { type Money, times } from './money.ts';

/** What `count` outputs cost, or null where the model has no known price. */
export function priceOf(model: Model, count: number): Money | null {
  return model.price && times(model.price.perOutput, count, model.price.unit);
}
