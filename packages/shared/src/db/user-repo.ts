import { uuidv7 } from 'uuidv7';
import type { Database, Transaction } from './client.ts';
import type { User } from './generated/client.ts';

/** A new account with its personal project. */
export async function createUser(
  tx: Transaction,
  account: { displayName: string; role?: User['role']; localOwner?: boolean },
): Promise<User> {
  const { displayName, role = 'member', localOwner = null } = account;
  const user = await tx.user.create({
    data: { id: uuidv7(), displayName, role, localOwner: localOwner || null },
  });
  await tx.project.create({
    data: {
      id: uuidv7(),
      name: 'Personal',
      kind: 'personal',
      members: { create: { userId: user.id, role: 'owner' } },
    },
  });
  return user;
}

/** What people call accounts. */
export async function findUserNames(db: Transaction, ids: readonly string[]): Promise<Map<string, string>> {
  const users = await db.user.findMany({
    where: { id: { in: [...ids] } },
    select: { id: true, displayName: true },
  });
  return new Map(users.map(({ id, displayName }) => [id, displayName]));
}

/** The one account of profile `local`, made at the first start. */
export function ensureLocalOwner(db: Database): Promise<User> {
  return db.$transaction(async (tx) => {
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtext('veogate local owner'))`;
    const owner = await tx.user.findUnique({ where: { localOwner: true } });
    return owner ?? createUser(tx, { displayName: 'Owner', role: 'admin', localOwner: true });
  });
}

export function findUser(db: Transaction, id: string): Promise<User | null> {
  return db.user.findUnique({ where: { id } });
}

export function renameUser(tx: Transaction, id: string, displayName: string): Promise<User> {
  return tx.user.update({ where: { id }, data: { displayName } });
}
