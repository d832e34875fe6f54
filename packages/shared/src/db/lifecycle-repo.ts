import type { Transaction } from './client.ts';
import type { GenerationRow } from './generation-repo.ts';
import { settle, settleAll } from './ledger-repo.ts';
import { transition } from './transition.ts';

/**
 * Cancels what no provider was asked for yet, and gives its hold back.
 *
 * @returns whether it was still waiting
 */
export async function cancelWaiting(tx: Transaction, id: string): Promise<boolean> {
  const canceled = await transition(tx, { id, to: 'canceled', from: ['queued', 'admitted'] });
  if (canceled) await settle(tx, id, 0, 1);
  return canceled;
}

/**
 * Cancels what waits for keys, because they are being retired. Returns the ids.
 *
 * @param most so many at once; everything where left out
 */
export async function cancelWaitingOfKeys(
  tx: Transaction,
  keyIds: readonly string[],
  most?: number,
): Promise<string[]> {
  const waiting = await tx.generation.findMany({
    where: { keyId: { in: [...keyIds] }, state: { in: ['queued', 'admitted'] } },
    select: { id: true },
    orderBy: { id: 'asc' },
    ...(most !== undefined && { take: most }),
  });
  const canceled: string[] = [];
  // First all of the generations, then all of the balances: whoever ends one of them alone goes the same way.
  for (const { id } of waiting) {
    if (await transition(tx, { id, to: 'canceled', from: ['queued', 'admitted'] })) canceled.push(id);
  }
  await settleAll(tx, canceled, 0, 1);
  return canceled;
}

/** What its owner wrote goes from a generation that is deleted, and what a provider said of it. */
export const blanked = { prompt: '', metadata: {}, errorReason: null };

/**
 * Hides a finished generation and blanks what its owner wrote. What the provider was asked for, and what it cost,
 * stays: those rows are the proof against being billed twice.
 *
 * @returns the storage keys of the files to delete; null where it is not finished
 */
export async function deleteGeneration(tx: Transaction, id: string): Promise<string[] | null> {
  const now = new Date();
  const { count } = await tx.generation.updateMany({
    where: { id, deletedAt: null, state: { in: ['succeeded', 'failed', 'canceled', 'expired'] } },
    data: { deletedAt: now, updatedAt: now, ...blanked },
  });
  if (count === 0) return null;
  const outputs = await tx.output.findMany({ where: { generationId: id, deletedAt: null } });
  await tx.output.updateMany({ where: { generationId: id }, data: { deletedAt: now } });
  return outputs.map(({ storageKey }) => storageKey);
}

/** Its owner gives up a generation whose outcome is unknown. Settled as if billed: nobody can say otherwise. */
export async function dismiss(tx: Transaction, generation: GenerationRow): Promise<boolean> {
  const { id, count } = generation;
  const data = { dismissedAt: new Date(), errorCode: 'dismissed' };
  const dismissed = await transition(tx, { id, to: 'failed', from: ['outcome_unknown'], data });
  if (dismissed) await settle(tx, id, count, count);
  return dismissed;
}
