import { append } from './audit-repo.ts';
import type { Transaction } from './client.ts';
import type { WithdrawnModel } from './generated/client.ts';

/** The models that are not offered at present. */
export function listWithdrawn(db: Transaction): Promise<WithdrawnModel[]> {
  return db.withdrawnModel.findMany({ orderBy: { model: 'asc' } });
}

/** Why a model is not offered at present; null where it is. */
export async function findWithdrawal(db: Transaction, model: string): Promise<string | null> {
  const found = await db.withdrawnModel.findUnique({ where: { model } });
  return found?.reason ?? null;
}

/** Nothing new is begun with it; what was begun goes on. */
export async function withdrawModel(
  tx: Transaction,
  { model, reason, by }: { model: string; reason: string; by: string },
): Promise<void> {
  const data = { reason, withdrawnBy: by, withdrawnAt: new Date() };
  await tx.withdrawnModel.upsert({ where: { model }, create: { model, ...data }, update: data });
  await append(tx, {
    ...{ action: 'model.withdrawn', actorId: by, subject: 'model', subjectId: model },
    detail: { reason },
  });
}

export async function offerModel(
  tx: Transaction,
  { model, by }: { model: string; by: string },
): Promise<void> {
  const { count } = await tx.withdrawnModel.deleteMany({ where: { model } });
  if (count > 0)
    await append(tx, { action: 'model.offered', actorId: by, subject: 'model', subjectId: model });
}
