import { toParts, type Unit } from '../domain/money.ts';
import type { Transaction } from './client.ts';
import type { Prisma } from './generated/client.ts';

/** What the generations of a token hold and have spent in one unit, in ten-thousandths of it. */
export function spentByToken(tx: Transaction, tokenId: string, unit: Unit): Promise<bigint> {
  return sum(tx, unit, { tokenId });
}

/** The same of all generations of a person, or of those that were begun since a time. */
export function spentByUser(tx: Transaction, userId: string, unit: Unit, since?: Date): Promise<bigint> {
  return sum(tx, unit, { userId, ...(since && { createdAt: { gte: since } }) });
}

/** The same of everybody. */
export function spentByAll(tx: Transaction, unit: Unit, since: Date): Promise<bigint> {
  return sum(tx, unit, { createdAt: { gte: since } });
}

/** What was simulated cost nobody anything. */
async function sum(tx: Transaction, unit: Unit, which: Prisma.GenerationWhereInput): Promise<bigint> {
  const { _sum } = await tx.ledgerEntry.aggregate({
    where: { unit, generation: { ...which, provider: { not: 'demo' } } },
    _sum: { held: true, spent: true },
  });
  return toParts(_sum.held?.toFixed(4) ?? '0') + toParts(_sum.spent?.toFixed(4) ?? '0');
}
