import type { Money } from '../domain/money.ts';
import type { Transaction } from './client.ts';
import type { Role } from './generated/client.ts';
import { toMoney } from './values.ts';

export interface Account {
  role: Role;
  /** What an invited guest may spend in all. */
  allowance: Money | null;
  /** Of the access token that asks, where one does. */
  token: { spendCap: Money | null; generationLimit: number | null } | null;
}

/**
 * Locks whatever is counted before something paid is begun, so that of parallel requests each sees what the ones
 * before it took. Always in this order: all of the service, then the person.
 *
 * @param options.everybody whether what all spend together is counted
 */
export async function lockAccount(
  tx: Transaction,
  userId: string,
  options: { tokenId: string | null; everybody: boolean },
): Promise<Account> {
  const { tokenId, everybody } = options;
  if (everybody) await tx.$executeRaw`select pg_advisory_xact_lock(hashtext('veogate budget'))`;
  await tx.$executeRaw`select 1 from users where id = ${userId}::uuid for no key update`;
  const user = await tx.user.findUniqueOrThrow({ where: { id: userId } });
  const token = tokenId === null ? null : await tx.accessToken.findUnique({ where: { id: tokenId } });
  return {
    role: user.role,
    allowance: toMoney(user.allowanceAmount, user.allowanceUnit),
    token: token && {
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
