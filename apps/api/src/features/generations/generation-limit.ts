import type { Transaction } from '@veogate/shared/db/client';
import { type Account, countBegun } from '@veogate/shared/db/quota-repo';
import { AppError } from '@veogate/shared/domain/errors';
import type { Limits } from '@veogate/shared/domain/limits';
import { type RateStanding, tighter, toWaitSentence } from '@veogate/shared/domain/rate-limit';

/**
 * Whether somebody may begin one more generation now: by what they or their role may, and by what the token that asks may.
 * Exact where the account is locked. Throws `rate_limited` with the time until there is room again.
 *
 * @returns where they stand once it is begun; null where nothing limits them
 */
export async function checkGenerationLimit(
  tx: Transaction,
  { generations }: Pick<Limits, 'generations'>,
  asking: { userId: string; tokenId: string | null; account: Account },
): Promise<RateStanding | null> {
  const { userId, tokenId, account } = asking;
  const { windowSeconds } = generations;
  const ofRole = account.role === 'admin' ? generations.admin : generations.member;
  const ofPerson = account.generationLimit ?? ofRole;
  const ofToken = account.token?.generationLimit ?? null;
  const standings: RateStanding[] = [];
  if (ofPerson !== null) standings.push(await check('generations', { userId }, ofPerson));
  if (ofToken !== null && tokenId !== null)
    standings.push(await check('token-generations', { userId, tokenId }, ofToken));
  return standings.length === 0 ? null : standings.reduce(tighter);

  async function check(
    policy: string,
    whose: { userId: string; tokenId?: string },
    limit: number,
  ): Promise<RateStanding> {
    const { count, resetMs } = await countBegun(tx, whose, { limit, windowSeconds });
    const standing = { policy, limit, windowSeconds, remaining: Math.max(0, limit - count - 1), resetMs };
    if (count < limit) return standing;
    throw new AppError('rate_limited', toWaitSentence(resetMs), { retryAfterMs: resetMs, standing });
  }
}
