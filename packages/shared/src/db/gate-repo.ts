import type { Transaction } from './client.ts';
import type { Mode, ProjectRole, ProviderKey, Upload } from './generated/client.ts';

export interface Gates {
  mode: Mode;
  /** Null where the user has no such key. */
  key: ProviderKey | null;
  /** Null where the user is not a member. */
  projectRole: ProjectRole | null;
  /** Those of the user's uploads that were asked for, deleted ones included. */
  uploads: Upload[];
}

/**
 * Reads what decides whether a user may begin a generation, in the transaction that begins it. The key's row is
 * locked against a retirement in the same moment, which would miss the generation and leave it waiting for ever.
 */
export async function readGates(
  tx: Transaction,
  wanted: { userId: string; keyId: string; projectId: string; uploadIds: readonly string[] },
): Promise<Gates> {
  const { userId, keyId, projectId, uploadIds } = wanted;
  await tx.$executeRaw`select 1 from provider_keys where id = ${keyId}::uuid for share`;
  const { mode } = await tx.serviceMode.findUniqueOrThrow({ where: { id: 1 } });
  const key = await tx.providerKey.findFirst({ where: { id: keyId, ownerId: userId } });
  const member = await tx.projectMember.findUnique({ where: { projectId_userId: { projectId, userId } } });
  const uploads = await tx.upload.findMany({ where: { id: { in: [...uploadIds] }, ownerId: userId } });
  return { mode, key, projectRole: member?.role ?? null, uploads };
}
