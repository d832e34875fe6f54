import type { Transaction } from './client.ts';
import type { Mode, Role, UserState } from './generated/client.ts';
import { type Retired, retireKeys } from './key-repo.ts';

/** A session ends after so long without a request, and after so long in any case. Days. */
const IDLE_DAYS = 7;
const ABSOLUTE_DAYS = 30;

/** Who is calling, and what stands against it right now. */
export interface SessionState {
  userId: string;
  role: Role;
  userState: UserState;
  mode: Mode;
}

export async function createSession(
  tx: Transaction,
  session: { idHash: Uint8Array<ArrayBuffer>; userId: string; userAgent?: string | undefined },
): Promise<Date> {
  const { idHash, userId, userAgent } = session;
  const expiresAt = inDays(ABSOLUTE_DAYS);
  const data = {
    idHash,
    userId,
    userAgent: userAgent?.slice(0, 300) ?? null,
    expiresAt,
    idleExpiresAt: inDays(IDLE_DAYS),
  };
  await tx.session.create({ data });
  return expiresAt;
}

/**
 * The session with the user's state and the service mode, in one statement that is never cached: what an
 * administrator changes holds at the next request.
 *
 * @param options.use whether this counts as a use, which puts off the idle expiry; noted at most once a minute
 */
export async function resolveSession(
  db: Transaction,
  idHash: Uint8Array,
  { use }: { use: boolean },
): Promise<SessionState | null> {
  const rows = await db.$queryRaw<SessionState[]>`
    with used as (
      update sessions set last_seen_at = now(), idle_expires_at = now() + make_interval(days => ${IDLE_DAYS}::int)
      where ${use} and id_hash = ${idHash} and expires_at > now() and idle_expires_at > now()
        and last_seen_at < now() - interval '1 minute'
    )
    select s.user_id as "userId", u.role, u.state as "userState", (select mode from service_mode) as mode
    from sessions s join users u on u.id = s.user_id
    where s.id_hash = ${idHash} and s.expires_at > now() and s.idle_expires_at > now()`;
  return rows[0] ?? null;
}

/** The same of the account that the owner token stands for. */
export async function resolveLocalOwner(db: Transaction): Promise<SessionState | null> {
  const rows = await db.$queryRaw<SessionState[]>`
    select id as "userId", role, state as "userState", (select mode from service_mode) as mode
    from users where local_owner`;
  return rows[0] ?? null;
}

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

/** Ends a session, and retires the keys that were to last as long as it. */
export async function endSession(tx: Transaction, idHash: Uint8Array<ArrayBuffer>): Promise<Retired> {
  const keys = await tx.providerKey.findMany({ where: { sessionIdHash: idHash, state: { not: 'retired' } } });
  const retired = await retireKeys(tx, keys);
  await tx.session.deleteMany({ where: { idHash } });
  return retired;
}

function inDays(days: number): Date {
  return new Date(Date.now() + days * 86_400_000);
}
