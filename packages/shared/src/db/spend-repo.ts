import { toParts, type Unit } from '../domain/money.ts';
import type { Transaction } from './client.ts';

/** What the generations of a token hold and have spent in one unit, in ten-thousandths of it. */
export async function spentByToken(tx: Transaction, tokenId: string, unit: Unit): Promise<bigint> {
  const { _sum } = await tx.ledgerEntry.aggregate({
    where: { unit, generation: { tokenId } },
    _sum: { held: true, spent: true },
  });
  return toParts(_sum.held?.toFixed(4) ?? '0') + toParts(_sum.spent?.toFixed(4) ?? '0');
}

/** The same of all generations of a person. */
export async function spentByUser(tx: Transaction, userId: string, unit: Unit): Promise<bigint> {
  const { _sum } = await tx.ledgerEntry.aggregate({
    where: { unit, userId },
    _sum: { held: true, spent: true },
  });
  return toParts(_sum.held?.toFixed(4) ?? '0') + toParts(_sum.spent?.toFixed(4) ?? '0');
}
