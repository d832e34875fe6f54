import { uuidv7 } from 'uuidv7';
import { fromParts, type Money, toParts, type Unit } from '../domain/money.ts';
import type { Transaction } from './client.ts';

interface Account {
  id: string;
  userId: string;
  projectId: string;
  keyId: string;
}

/** Holds the price of a generation, in the transaction that creates it. */
export async function hold(tx: Transaction, account: Account, { amount, unit }: Money): Promise<void> {
  await tx.ledgerEntry.create({ data: { ...toRow(account), kind: 'hold', unit, held: amount, spent: '0' } });
}

/**
 * Settles a generation in the transaction that ends it: the hold is released and what it really cost is spent. A
 * second settlement, when the truth turns up later, writes the difference as a correction. Does nothing where
 * nothing was held.
 *
 * @param delivered of `of` outputs, how many are billed
 */
export async function settle(
  tx: Transaction,
  generationId: string,
  delivered: number,
  of: number,
): Promise<void> {
  const entries = await tx.ledgerEntry.findMany({ where: { generationId } });
  const [first] = entries;
  if (!first) return;
  const unit = first.unit as Unit;
  const sum = (pick: 'held' | 'spent') =>
    entries.reduce((total, entry) => total + toParts(entry[pick].toFixed(4)), 0n);
  const held = entries
    .filter(({ kind }) => kind === 'hold')
    .reduce((t, e) => t + toParts(e.held.toFixed(4)), 0n);
  const cost = (held * BigInt(delivered)) / BigInt(of);
  const change = cost - sum('spent');
  const settled = entries.some(({ kind }) => kind === 'settlement');
  if (settled && change === 0n) return;
  await tx.ledgerEntry.create({
    data: {
      ...toRow({ ...first, id: generationId }),
      kind: settled ? 'correction' : 'settlement',
      unit,
      held: fromParts(-sum('held'), unit).amount,
      spent: fromParts(change, unit).amount,
    },
  });
}

function toRow({ id, userId, projectId, keyId }: Account) {
  return { id: uuidv7(), generationId: id, userId, projectId, keyId };
}
