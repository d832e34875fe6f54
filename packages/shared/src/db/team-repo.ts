import { uuidv7 } from 'uuidv7';
import { AppError } from '../domain/errors.ts';
import type { Transaction } from './client.ts';
import { lockNewcomers } from './identity-repo.ts';
import { readMode } from './mode-repo.ts';
import { createUser } from './user-repo.ts';

/** Who has a name of the team. */
export interface TeamName {
  userId: string;
  pinHash: string;
}

export async function findTeamName(db: Transaction, subject: string): Promise<TeamName | null> {
  const row = await db.identity.findUnique({ where: { provider_subject: { provider: 'team', subject } } });
  return row && { userId: row.userId, pinHash: row.pinHash ?? '' };
}

/**
 * Makes an account for a new name. Returns null where somebody was quicker; throws `seats_taken` where there may be no
 * further account.
 *
 * @param claim.seats how many accounts there may be; 0: as many as come
 */
export async function claimTeamName(
  tx: Transaction,
  claim: { subject: string; displayName: string; pinHash: string; captchaDue: boolean; seats: number },
): Promise<string | null> {
  const { subject, displayName, pinHash, captchaDue, seats } = claim;
  // One at a time, or two would take the last seat.
  await lockNewcomers(tx);
  if (await findTeamName(tx, subject)) return null;
  const mode = await readMode(tx);
  if (mode === 'closed' || mode === 'lockdown') throw new AppError('service_closed');
  if (seats > 0 && (await tx.user.count({ where: { state: { not: 'leaving' } } })) >= seats)
    throw new AppError('seats_taken');
  const user = await createUser(tx, { displayName });
  if (captchaDue) await tx.user.update({ where: { id: user.id }, data: { captchaDue } });
  const identity = { id: uuidv7(), userId: user.id, provider: 'team', subject, name: displayName, pinHash };
  await tx.identity.create({ data: identity });
  return user.id;
}

export async function touchTeamName(tx: Transaction, subject: string): Promise<void> {
  await tx.identity.update({
    where: { provider_subject: { provider: 'team', subject } },
    data: { lastUsedAt: new Date() },
  });
}
