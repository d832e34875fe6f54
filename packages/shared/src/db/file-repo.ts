import { finalStates, generationStates } from '../domain/generation-state.ts';
import type { Database } from './client.ts';

export interface ExpiredFile {
  storageKey: string;
  /** Marks it as gone; call it after the file was deleted, so that a crash between leaves nothing behind. */
  forget(): Promise<unknown>;
}

/** Outputs whose time of keeping is over. */
export async function findExpiredOutputs(db: Database): Promise<ExpiredFile[]> {
  const rows = await db.output.findMany({
    where: { expiresAt: { lt: new Date() }, deletedAt: null },
    take: 500,
  });
  return rows.map(({ generationId, index, storageKey }) => ({
    storageKey,
    forget: () =>
      db.output.update({
        where: { generationId_index: { generationId, index } },
        data: { deletedAt: new Date(), generation: { update: { updatedAt: new Date() } } },
      }),
  }));
}

/** Uploads whose time is over since their last use, and that no unfinished generation needs. */
export async function findExpiredUploads(db: Database): Promise<ExpiredFile[]> {
  const unfinished = generationStates.filter((state) => !finalStates.includes(state));
  const rows = await db.upload.findMany({
    where: {
      expiresAt: { lt: new Date() },
      deletedAt: null,
      uses: { none: { generation: { state: { in: unfinished } } } },
    },
    take: 500,
  });
  return rows.map(({ id, storageKey }) => ({
    storageKey,
    forget: () => db.upload.update({ where: { id }, data: { deletedAt: new Date() } }),
  }));
}

/** Of these files, those that no row speaks of. */
export async function findOrphans(db: Database, storageKeys: readonly string[]): Promise<string[]> {
  const where = { storageKey: { in: [...storageKeys] }, deletedAt: null };
  const [outputs, uploads] = await Promise.all([
    db.output.findMany({ where, select: { storageKey: true } }),
    db.upload.findMany({ where, select: { storageKey: true } }),
  ]);
  const known = new Set([...outputs, ...uploads].map(({ storageKey }) => storageKey));
  return storageKeys.filter((key) => !known.has(key));
}
