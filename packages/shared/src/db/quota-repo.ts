import type { Money } from '../domain/money.ts';
import type { Transaction } from './client.ts';
import type { Role, UserState } from './generated/client.ts';
import { toMoney } from './values.ts';

export interface Account {
  role: Role;
  state: UserState;
  /** What an invited guest may spend in all. */
  allowance: Money | null;
  /** In place of what the role may; null: what the role may. */
  generationLimit: number | null;
  /** Of the access token that asks, where one does. */
  token: { id: string; spendCap: Money | null; generationLimit: number | null } | null;
}

/**
 * Locks a person's account before something paid is begun, so that of parallel requests each sees what the ones
 * before it took.
 */
export async function lockAccount(tx: Transaction, userId: string, tokenId: string | null): Promise<Account> {
  await tx.$executeRaw`select 1 from users where id = ${userId}::uuid for no key update`;
  return readAccount(tx, userId, tokenId);
}

/** The same without a lock, for whoever only asks. */
export async function readAccount(tx: Transaction, userId: string, tokenId: string | null): Promise<Account> {
  const user = await tx.user.findUniqueOrThrow({ where: { id: userId } });
  const token = tokenId === null ? null : await tx.accessToken.findUnique({ where: { id: tokenId } });
  return {
    role: user.role,
    state: user.state,
    allowance: toMoney(user.allowanceAmount, user.allowanceUnit),
    generationLimit: user.generationLimit,
    token: token && {
      id: token.id,
      spendCap: toMoney(token.spendCapAmount, token.spendCapUnit),
      generationLimit: token.generationLimit,
    },
  };
}

/**
 * How many generations were begun within a window, deleted ones included, counted up to `limit`.
 *
 * @returns also the milliseconds until one of them leaves the window
 */
export async function countBegun(
  tx: Transaction,
  whose: { userId: string; tokenId?: string },
  { limit, windowSeconds }: { limit: number; windowSeconds: number },
): Promise<{ count: number; resetMs: number }> {
  const window = windowSeconds * 1_000;
  const rows = await tx.generation.findMany({
    where: { ...whose, createdAt: { gt: new Date(Date.now() - window) } },
    orderBy: { createdAt: 'desc' },
    take: limit,
    select: { createdAt: true },
  });
  const oldest = rows.at(-1)?.createdAt.getTime() ?? Date.now();
  return { count: rows.length, resetMs: oldest + window - Date.now() };
}
