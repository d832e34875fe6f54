import type { Transaction } from './client.ts';
import type { Mode, Role, Session, UserState } from './generated/client.ts';
import { type Retired, retireKeys } from './key-repo.ts';
import type { Viewer } from './project-repo.ts';
import type { Reader, Statement } from './reader.ts';

/** A session ends after so long without a request, and after so long in any case. Days. */
const IDLE_DAYS = 7;
const ABSOLUTE_DAYS = 30;

/** Who is calling, and what stands against it right now. */
export interface CallerState extends Viewer {
  role: Role;
  userState: UserState;
  mode: Mode;
  /** The version of the terms that was accepted last. */
  termsVersion: string | null;
  captchaDue: boolean;
  /** Null for a token. */
  session: { idHash: Uint8Array<ArrayBuffer>; createdAt: Date } | null;
  /** Null for a browser, and for the owner token, which may do whatever its owner may. */
  token: { id: string; scopes: readonly string[] } | null;
}

/** The circumstances of a look-up. */
export interface LookUp {
  /** Whether it counts as a use, which puts off the idle expiry; noted at most once a minute. */
  use: boolean;
  address: string;
  /** SHA-256 of the team password's hash in force; null where there is no team password. */
  teamPasswordHash: Uint8Array<ArrayBuffer> | null;
}

export interface NewSession {
  idHash: Uint8Array<ArrayBuffer>;
  userId: string;
  via: string;
  userAgent?: string | undefined;
  address?: string | undefined;
  /** The team password's hash that opened it, itself hashed; null for every other way in. */
  passwordHash?: Uint8Array<ArrayBuffer> | null;
}

/** Returns when it ends, however much it is used. */
export async function createSession(tx: Transaction, session: NewSession): Promise<Date> {
  const { idHash, userId, via, userAgent, address, passwordHash = null } = session;
  const expiresAt = inDays(ABSOLUTE_DAYS);
  const data = {
    idHash,
    userId,
    via,
    userAgent: userAgent?.slice(0, 300) ?? null,
    address: address ?? null,
    passwordHash,
    expiresAt,
    idleExpiresAt: inDays(IDLE_DAYS),
  };
  await tx.session.create({ data });
  return expiresAt;
}

/** The session that a cookie names, with its user's state and the service mode. */
export const resolveSessionStatement: Statement = {
  name: 'resolve-session',
  text: `
    select u.id as "userId", u.role, u.state as "userState", (select mode from service_mode) as mode,
      u.terms_version as "termsVersion", u.captcha_due as "captchaDue", s.created_at as "createdAt",
      s.last_seen_at < now() - interval '1 minute' as "isStale"
    from sessions s join users u on u.id = s.user_id
    where s.id_hash = $1 and s.expires_at > now() and s.idle_expires_at > now()
      and s.password_hash is not distinct from case when s.via = 'team' then $2::bytea end`,
};

/** The same of an access token. */
const resolveTokenStatement: Statement = {
  name: 'resolve-token',
  text: `
    select u.id as "userId", u.role, u.state as "userState", (select mode from service_mode) as mode,
      u.terms_version as "termsVersion", u.captcha_due as "captchaDue", t.id, t.scopes,
      t.project_id as "projectId",
      (t.last_used_at is null or t.last_used_at < now() - interval '1 minute') as "isStale"
    from access_tokens t join users u on u.id = t.user_id
    where t.token_hash = $1 and t.revoked_at is null and (t.expires_at is null or t.expires_at > now())`,
};

/** Where look-ups read, and where they note a use. */
interface LookUpStores {
  db: Transaction;
  reader: Reader;
}

/**
 * Who a session belongs to, in one statement that is never cached: what an administrator changes holds at the next
 * request. A session that a team password opened ends with that password.
 */
export async function resolveSession(
  { db, reader }: LookUpStores,
  idHash: Uint8Array<ArrayBuffer>,
  { use, address, teamPasswordHash }: LookUp,
): Promise<CallerState | null> {
  const values = [toBytes(idHash), teamPasswordHash && toBytes(teamPasswordHash)];
  const [row] = await reader.read<UserRow & { createdAt: Date; isStale: boolean }>(
    resolveSessionStatement,
    values,
  );
  if (!row) return null;
  const { createdAt, isStale, ...user } = row;
  if (use && isStale) {
    await db.session.updateMany({
      where: { idHash },
      data: { lastSeenAt: new Date(), idleExpiresAt: inDays(IDLE_DAYS), address },
    });
  }
  return { ...user, projectId: null, session: { idHash, createdAt }, token: null };
}

/** The same of an access token that is neither expired nor revoked. */
export async function resolveToken(
  { db, reader }: LookUpStores,
  tokenHash: Uint8Array<ArrayBuffer>,
  { use, address }: LookUp,
): Promise<CallerState | null> {
  const [row] = await reader.read<
    UserRow & { id: string; scopes: string[]; projectId: string | null; isStale: boolean }
  >(resolveTokenStatement, [toBytes(tokenHash)]);
  if (!row) return null;
  const { id, scopes, isStale, ...user } = row;
  if (use && isStale) {
    const data = { lastUsedAt: new Date(), lastUsedAddress: address };
    await db.accessToken.updateMany({ where: { id }, data });
  }
  return { ...user, session: null, token: { id, scopes } };
}

/** The driver takes Node's own kind of bytes. */
function toBytes(bytes: Uint8Array<ArrayBuffer>): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The same of the account that the owner token stands for. */
export async function resolveLocalOwner(db: Transaction): Promise<CallerState | null> {
  const [row] = await db.$queryRaw<UserRow[]>`
    select id as "userId", role, state as "userState", (select mode from service_mode) as mode,
      terms_version as "termsVersion", captcha_due as "captchaDue"
    from users where local_owner`;
  return row ? { ...row, projectId: null, session: null, token: null } : null;
}

type UserRow = Pick<CallerState, 'userId' | 'role' | 'userState' | 'mode' | 'termsVersion' | 'captchaDue'>;

/**
 * Ends the session that a browser had when its user signed in again. What was to last as long as the user's own
 * session goes on with the new one: opening the sign-in link twice must not cost anybody a key.
 *
 * @returns what was retired, where the session was of somebody else
 */
export async function replaceSession(
  tx: Transaction,
  previous: Uint8Array<ArrayBuffer>,
  next: { idHash: Uint8Array<ArrayBuffer>; userId: string },
): Promise<Retired> {
  const now = new Date();
  const old = await tx.session.findFirst({
    where: { idHash: previous, userId: next.userId, expiresAt: { gt: now }, idleExpiresAt: { gt: now } },
  });
  if (old) {
    const where = { sessionIdHash: previous, ownerId: next.userId };
    await tx.providerKey.updateMany({ where, data: { sessionIdHash: next.idHash } });
  }
  return endSession(tx, previous);
}

/**
 * Gives a session a new id, as its owner may do more from now on than whoever knew the old one should. Else it stays
 * what it was; its age above all.
 *
 * @returns when it ends; null where it is over already
 */
export async function renewSession(
  tx: Transaction,
  idHash: Uint8Array<ArrayBuffer>,
  renewed: Uint8Array<ArrayBuffer>,
): Promise<Date | null> {
  const [session] = await tx.session.updateManyAndReturn({ where: { idHash }, data: { idHash: renewed } });
  await tx.providerKey.updateMany({ where: { sessionIdHash: idHash }, data: { sessionIdHash: renewed } });
  return session?.expiresAt ?? null;
}

/** Ends a session, and retires the keys that were to last as long as it. */
export function endSession(tx: Transaction, idHash: Uint8Array<ArrayBuffer>): Promise<Retired> {
  return endAll(tx, [idHash]);
}

/** A person's sessions that are not over, the last used first. */
export function listSessions(
  db: Transaction,
  userId: string,
  teamPasswordHash: Uint8Array<ArrayBuffer> | null,
): Promise<Session[]> {
  const now = new Date();
  return db.session.findMany({
    where: {
      userId,
      expiresAt: { gt: now },
      idleExpiresAt: { gt: now },
      OR: [{ via: { not: 'team' } }, { via: 'team', passwordHash: teamPasswordHash }],
    },
    orderBy: [{ lastSeenAt: 'desc' }, { id: 'asc' }],
  });
}

/**
 * Ends a session of this user by what its owner calls it by.
 *
 * @returns what was retired; null where the user has no such session
 */
export async function endOwnSession(tx: Transaction, userId: string, id: string): Promise<Retired | null> {
  const session = await tx.session.findFirst({ where: { id, userId } });
  return session && endSession(tx, session.idHash);
}

/**
 * Ends all sessions of a user.
 *
 * @param kept the one that goes on
 */
export async function endSessions(
  tx: Transaction,
  userId: string,
  kept: Uint8Array<ArrayBuffer> | null,
): Promise<{ ended: number; retired: Retired }> {
  const sessions = await tx.session.findMany({ where: { userId, ...(kept && { idHash: { not: kept } }) } });
  const retired = await endAll(
    tx,
    sessions.map(({ idHash }) => idHash),
  );
  return { ended: sessions.length, retired };
}

async function endAll(tx: Transaction, idHashes: Uint8Array<ArrayBuffer>[]): Promise<Retired> {
  const where = { sessionIdHash: { in: idHashes }, state: { not: 'retired' as const } };
  const keys = await tx.providerKey.findMany({ where });
  await tx.session.deleteMany({ where: { idHash: { in: idHashes } } });
  return retireKeys(tx, keys);
}

function inDays(days: number): Date {
  return new Date(Date.now() + days * 86_400_000);
}
