import { finalStates, type GenerationState } from '../domain/generation-state.ts';
import type { Transaction } from './client.ts';

/** What became of a wish to pin: `no_files` where none will ever come, `files_gone` where there were some. */
export type Pinned = 'pinned' | 'was_pinned' | 'no_files' | 'files_gone';

/**
 * Keeps the outputs of a generation, also those that are still to come. The lock is the one that the sweep of files
 * takes: either it was first, and the files are gone; or this was, and it leaves them alone.
 *
 * @param check is asked before it is pinned, under the lock, and throws to refuse it
 */
export async function pin(tx: Transaction, id: string, check: () => Promise<void>): Promise<Pinned> {
  const generation = await lock(tx, id);
  if (!generation) return 'files_gone';
  if (generation.pinnedAt) return 'was_pinned';
  const kept = await tx.output.count({ where: { generationId: id, deletedAt: null } });
  if (kept === 0 && finalStates.includes(generation.state)) {
    return (await tx.output.count({ where: { generationId: id } })) > 0 ? 'files_gone' : 'no_files';
  }
  await check();
  const now = new Date();
  await tx.generation.update({ where: { id }, data: { pinnedAt: now, updatedAt: now } });
  await tx.output.updateMany({ where: { generationId: id, deletedAt: null }, data: { expiresAt: null } });
  return 'pinned';
}

/**
 * Lets the outputs of a generation expire again.
 *
 * @param expiresAt when; null where nothing expires
 * @returns whether it was pinned
 */
export async function unpin(tx: Transaction, id: string, expiresAt: Date | null): Promise<boolean> {
  if (!(await lock(tx, id))?.pinnedAt) return false;
  await tx.generation.update({ where: { id }, data: { pinnedAt: null, updatedAt: new Date() } });
  await tx.output.updateMany({ where: { generationId: id, deletedAt: null }, data: { expiresAt } });
  return true;
}

/** Null where it was deleted meanwhile. */
async function lock(
  tx: Transaction,
  id: string,
): Promise<{ pinnedAt: Date | null; state: GenerationState } | null> {
  await tx.$executeRaw`select 1 from generations where id = ${id}::uuid for update`;
  const where = { id, deletedAt: null };
  return tx.generation.findFirst({ where, select: { pinnedAt: true, state: true } });
}
