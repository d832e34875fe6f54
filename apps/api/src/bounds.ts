import { findBudgets } from '@veogate/shared/db/budget-repo';
import type { Transaction } from '@veogate/shared/db/client';
import { type Bound, boundsOf, type Spender, toBudgets } from '@veogate/shared/domain/budgets';
import type { Services } from './services.ts';

/** Knows what binds somebody: the budgets of the settings, those that people set, allowance and cap. */
export function createBounds({ config }: Pick<Services, 'config'>) {
  const defaults = toBudgets(config);
  return async (tx: Transaction, spender: Spender): Promise<Bound[]> =>
    boundsOf([...defaults, ...(await findBudgets(tx, spender))], spender);
}
