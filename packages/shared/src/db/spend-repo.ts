import { type Bound, refusalOf } from '../domain/budgets.ts';
import { AppError } from '../domain/errors.ts';
import { type Money, toParts } from '../domain/money.ts';
import { measure } from './balance-repo.ts';
import type { Transaction } from './client.ts';
import { type Account, hold } from './ledger-repo.ts';

/**
 * Holds the price of a generation within its bounds, in the transaction that creates it: whoever spends of the same
 * money waits from the hold on, so that what is added up after it is exact. Call it last, since everybody spends of
 * the service's. Throws where a bound would be gone over, and where one cannot be kept for want of a price.
 */
export async function spend(
  tx: Transaction,
  account: Account,
  { price, bounds }: { price: Money | null; bounds: readonly Bound[] },
): Promise<void> {
  if (price) await hold(tx, account, price);
  // What is simulated costs nothing.
  if (bounds.length === 0 || account.provider === 'demo') return;
  const standings = await measure(tx, bounds, account.createdAt);
  const cost = price ? toParts(price.amount) : 0n;
  const before = standings.map((standing) =>
    standing.unit === price?.unit ? { ...standing, held: standing.held - cost } : standing,
  );
  const refusal = refusalOf(before, price, account.createdAt);
  if (refusal) throw new AppError(refusal.code, refusal.message);
}
