import type { Session } from '@veogate/shared/contracts/account';
import { append } from '@veogate/shared/db/audit-repo';
import type { Session as SessionRow } from '@veogate/shared/db/rows';
import { endOwnSession, endSessions, listSessions } from '@veogate/shared/db/session-repo';
import { AppError } from '@veogate/shared/domain/errors';
import type { Caller } from '../../plugins/session.ts';
import type { Services } from '../../services.ts';
import { tellSessionsEnded } from '../../tell-sessions-ended.ts';
import { toDeviceName } from './device-name.ts';

type Needs = Pick<Services, 'db' | 'events' | 'queues' | 'teamPasswordHash'>;
type Asking = Pick<Caller, 'userId' | 'session'>;

/** What a person may do with the sessions of their account. */
export function createSessionService(services: Needs) {
  const { db, teamPasswordHash } = services;

  return {
    async list({ userId, session }: Asking): Promise<Session[]> {
      const rows = await listSessions(db, userId, teamPasswordHash);
      return rows.map((row) => present(row, session));
    },

    async end({ userId }: Asking, id: string): Promise<void> {
      const retired = await db.$transaction(async (tx) => {
        const ended = await endOwnSession(tx, userId, id);
        if (!ended) throw new AppError('not_found', 'There is no such session.');
        await append(tx, { action: 'session.revoked', actorId: userId, subject: 'session', subjectId: id });
        return ended;
      });
      await tellSessionsEnded(services, userId, retired);
    },

    /** Ends all but the one that asks. Returns how many. */
    async endOthers({ userId, session }: Asking): Promise<number> {
      const { ended, retired } = await db.$transaction(async (tx) => {
        const done = await endSessions(tx, userId, session?.idHash ?? null);
        await append(tx, {
          action: 'session.others_revoked',
          actorId: userId,
          subject: 'user',
          subjectId: userId,
          detail: { revoked: done.ended },
        });
        return done;
      });
      await tellSessionsEnded(services, userId, retired);
      return ended;
    },
  };
}

function present(row: SessionRow, asking: Asking['session']): Session {
  return {
    id: row.id,
    current: asking !== null && Buffer.compare(row.idHash, asking.idHash) === 0,
    // Written by the ways in alone, which are these.
    via: row.via as Session['via'],
    device: toDeviceName(row.userAgent),
    address: row.address,
    created_at: row.createdAt.toISOString(),
    last_used_at: row.lastSeenAt.toISOString(),
    expires_at: row.expiresAt.toISOString(),
    idle_expires_at: row.idleExpiresAt.toISOString(),
  };
}
