import type { Transaction } from './client.ts';
import type { Mode, ProjectRole, ProviderKey, Upload } from './generated/client.ts';
import { visibleKeys } from './key-repo.ts';
import { findWithdrawal } from './model-repo.ts';
import { findProjectRole, type Viewer } from './project-repo.ts';
import { visibleUploads } from './upload-repo.ts';

export interface Gates {
  mode: Mode;
  /** Why the model is not offered at present; null where it is. */
  withdrawal: string | null;
  /** Null where the user may use no such key. */
  key: ProviderKey | null;
  /** Null where the user is not a member. */
  projectRole: ProjectRole | null;
  /** Those of the uploads that were asked for which the user may use, deleted ones included. */
  uploads: Upload[];
}

/**
 * Reads what decides whether a user may begin a generation, in the transaction that begins it. The key's row is
 * locked against a retirement in the same moment, which would miss the generation and leave it waiting for ever.
 */
export async function readGates(
  tx: Transaction,
  wanted: { viewer: Viewer; model: string; keyId: string; projectId: string; uploadIds: readonly string[] },
): Promise<Gates> {
  const { viewer, model, keyId, projectId, uploadIds } = wanted;
  const { userId } = viewer;
  await tx.$executeRaw`select 1 from provider_keys where id = ${keyId}::uuid for share`;
  // Neither is its project deleted in that moment.
  await tx.$executeRaw`select 1 from projects where id = ${projectId}::uuid for key share`;
  const { mode } = await tx.serviceMode.findUniqueOrThrow({ where: { id: 1 } });
  const withdrawal = await findWithdrawal(tx, model);
  const key = await tx.providerKey.findFirst({ where: { id: keyId, ...visibleKeys(userId) } });
  const projectRole = await findProjectRole(tx, viewer, projectId);
  const where = { id: { in: [...uploadIds] }, ...visibleUploads(viewer) };
  const uploads = uploadIds.length > 0 ? await tx.upload.findMany({ where }) : [];
  return { mode, withdrawal, key, projectRole, uploads };
}
