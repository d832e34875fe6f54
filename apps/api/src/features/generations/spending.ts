import type { Transaction } from '@veogate/shared/db/client';
import type { Account } from '@veogate/shared/db/quota-repo';
import { spentByAll, spentByToken, spentByUser } from '@veogate/shared/db/spend-repo';
import { type Budget, monthOf, toBudget, toWords } from '@veogate/shared/domain/budgets';
import { AppError, type ErrorCode } from '@veogate/shared/domain/errors';
import type { ProviderId } from '@veogate/shared/domain/models';
import { type Money, toParts, type Unit } from '@veogate/shared/domain/money';
import type { Services } from '../../services.ts';

/** Something that may not be spent past. */
interface Bound {
  code: ErrorCode;
  /** Whose money it is, at the beginning of a sentence. */
  whose: string;
  budget: Budget;
  /** When it is filled again; null: never. */
  until: Date | null;
  spent(unit: Unit): Promise<bigint>;
}

export interface Purchase {
  userId: string;
  tokenId: string | null;
  account: Account;
  provider: ProviderId;
  /** Null where nobody knows. */
  price: Money | null;
}

/** Keeps what is begun within the budgets, the guest's allowance and the token's cap. */
export function createSpending({ config }: Pick<Services, 'config'>) {
  const ofAll = toBudget(config.BUDGET_TOTAL_MONTHLY);
  const ofEach = toBudget(config.BUDGET_USER_MONTHLY);

  return {
    /** Whether what all spend together has to be counted for this. */
    countsEverybody: (provider: ProviderId): boolean => provider !== 'demo' && ofAll.size > 0,

    /**
     * Whether there is enough left for one more. Exact where the account is locked. Throws where there is not, and
     * where a bound cannot be held because the price is not known in its unit.
     */
    async check(tx: Transaction, purchase: Purchase): Promise<void> {
      // What is simulated costs nothing.
      if (purchase.provider === 'demo') return;
      for (const bound of boundsOf(tx, purchase)) await checkBound(bound, purchase.price);
    },
  };

  function boundsOf(tx: Transaction, { userId, tokenId, account }: Purchase): Bound[] {
    const { start, end } = monthOf(new Date());
    const { allowance, token } = account;
    const bounds: Bound[] = [
      {
        code: 'budget_exceeded',
        whose: 'The service',
        budget: ofAll,
        until: end,
        spent: (unit) => spentByAll(tx, unit, start),
      },
      {
        code: 'budget_exceeded',
        whose: 'Your budget',
        budget: ofEach,
        until: end,
        spent: (unit) => spentByUser(tx, userId, unit, start),
      },
    ];
    if (allowance) {
      bounds.push({
        code: 'allowance_spent',
        whose: 'Your invitation',
        budget: toOne(allowance),
        until: null,
        spent: (unit) => spentByUser(tx, userId, unit),
      });
    }
    if (token?.spendCap && tokenId) {
      bounds.push({
        code: 'spend_cap_reached',
        whose: 'The token',
        budget: toOne(token.spendCap),
        until: null,
        spent: (unit) => spentByToken(tx, tokenId, unit),
      });
    }
    return bounds.filter(({ budget }) => budget.size > 0);
  }
}

async function checkBound({ code, whose, budget, until, spent }: Bound, price: Money | null): Promise<void> {
  const limit = price && budget.get(price.unit);
  if (!price || limit === null || limit === undefined) {
    const units = [...budget.keys()].join(' and ');
    throw new AppError(
      'price_unknown',
      `${whose} is limited in ${units}, and no price of this is known in that.`,
    );
  }
  const left = limit - (await spent(price.unit));
  const cost = toParts(price.amount);
  if (cost <= left) return;
  const period = until ? ` until ${until.toISOString().slice(0, 10)} (UTC)` : '';
  throw new AppError(
    code,
    `${whose} has ${toWords(left, price.unit)} left${period}; this would cost ${toWords(cost, price.unit)}.`,
  );
}

function toOne({ amount, unit }: Money): Budget {
  return new Map([[unit, toParts(amount)]]);
}
