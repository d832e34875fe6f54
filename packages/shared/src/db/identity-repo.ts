import { uuidv7 } from 'uuidv7';
import { append } from './audit-repo.ts';
import type { Transaction } from './client.ts';
import type { Identity } from './generated/client.ts';

/** What an identity provider says of a person. */
export interface Person {
  provider: string;
  subject: string;
  email: string | null;
  emailVerified: boolean;
  name: string | null;
}

/** The identity that a provider speaks of, noted as used, with what the provider says of it now. */
export async function useIdentity(tx: Transaction, person: Person): Promise<Identity | null> {
  const { provider, subject, email, emailVerified, name } = person;
  const [identity] = await tx.identity.updateManyAndReturn({
    where: { provider, subject },
    data: { email, emailVerified, name, lastUsedAt: new Date() },
  });
  return identity ?? null;
}

/** A way into an account that is new. */
export function addIdentity(tx: Transaction, userId: string, person: Person): Promise<Identity> {
  const { provider, subject, email, emailVerified, name } = person;
  return tx.identity.create({
    data: { id: uuidv7(), userId, provider, subject, email, emailVerified, name },
  });
}

/**
 * One further way into an account.
 *
 * @returns `taken` where it belongs to another account
 */
export async function linkIdentity(
  tx: Transaction,
  userId: string,
  person: Person,
): Promise<'linked' | 'had' | 'taken'> {
  await lockNewcomers(tx);
  const known = await tx.identity.findUnique({
    where: { provider_subject: { provider: person.provider, subject: person.subject } },
  });
  if (known) return known.userId === userId ? 'had' : 'taken';
  const { id } = await addIdentity(tx, userId, person);
  await append(tx, {
    action: 'identity.linked',
    actorId: userId,
    subject: 'identity',
    subjectId: id,
    detail: { via: person.provider },
  });
  return 'linked';
}

export function listIdentities(db: Transaction, userId: string): Promise<Identity[]> {
  return db.identity.findMany({ where: { userId }, orderBy: { id: 'asc' } });
}

/**
 * Takes a way into an account away, unless it is the last one, however many ask at once.
 *
 * @returns null where it was done
 */
export async function unlinkIdentity(
  tx: Transaction,
  userId: string,
  id: string,
): Promise<'missing' | 'last' | null> {
  await tx.$executeRaw`select 1 from users where id = ${userId}::uuid for update`;
  const identities = await tx.identity.findMany({ where: { userId } });
  const identity = identities.find((one) => one.id === id);
  if (!identity) return 'missing';
  if (identities.length === 1) return 'last';
  await tx.identity.delete({ where: { id } });
  await append(tx, {
    action: 'identity.unlinked',
    actorId: userId,
    subject: 'identity',
    subjectId: id,
    detail: { via: identity.provider },
  });
  return null;
}

/** One after the other: whoever comes in, and whatever decides whether they may. */
export async function lockNewcomers(tx: Transaction): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtext('veogate newcomers'))`;
}
