import { randomUUID } from 'node:crypto';
import type { Database } from '../../packages/shared/src/db/client.ts';
import { findPersonalProjectId } from '../../packages/shared/src/db/project-repo.ts';
import { createUser } from '../../packages/shared/src/db/user-repo.ts';

/** Somebody with a key of GenAIPro, in their personal project: what a generation needs. */
export async function addPerson(db: Database): Promise<{ userId: string; keyId: string; projectId: string }> {
  const { id: userId } = await db.$transaction((tx) => createUser(tx, { displayName: 'Somebody' }));
  const keyId = randomUUID();
  const key = { provider: 'genaipro', label: 'Key', hint: 'abcd', ringId: 'r' };
  await db.providerKey.create({ data: { id: keyId, ownerId: userId, ...key } });
  return { userId, keyId, projectId: await findPersonalProjectId(db, userId) };
}
