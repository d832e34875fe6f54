import { append } from '@veogate/shared/db/audit-repo';
import type { Transaction } from '@veogate/shared/db/client';
import type { Retired } from '@veogate/shared/db/key-repo';
import { holdMode } from '@veogate/shared/db/mode-repo';
import { createSession, endSession, replaceSession } from '@veogate/shared/db/session-repo';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { newSessionId } from '../../plugins/session.ts';
import type { Services } from '../../services.ts';

export interface SignIn {
  userId: string;
  /** The way in, as the session keeps it. */
  via: string;
  /** Of the team password's hash, where that opened it. */
  passwordHash?: Uint8Array<ArrayBuffer> | null;
}

/** A session that is on record; `hand` gives it to the browser once its transaction is committed. */
export interface BegunSession {
  hand(reply: FastifyReply): void;
}

type Needs = Pick<Services, 'db' | 'events'>;

/** How every way in ends, and the one way out. */
export function createSignIn({ db, events }: Needs) {
  function tell({ keys, canceled }: Retired): void {
    events.changed(...canceled);
    events.keyChanged(...keys);
  }

  return {
    /**
     * A new session for a browser, in the transaction that decided that it may have one. The id is new at every
     * sign-in; the session that the browser had before ends.
     */
    async begin(tx: Transaction, request: FastifyRequest, signIn: SignIn): Promise<BegunSession> {
      const { userId, via, passwordHash = null } = signIn;
      const { ip: address, headers, presentedSession } = request;
      const { id, idHash } = newSessionId();
      const session = { idHash, userId, via, passwordHash, userAgent: headers['user-agent'], address };
      await holdMode(tx);
      await append(tx, {
        action: 'sign_in.succeeded',
        actorId: userId,
        subject: 'user',
        subjectId: userId,
        detail: { via },
        address,
      });
      const retired = presentedSession && (await replaceSession(tx, presentedSession, session));
      const expires = await createSession(tx, session);
      return {
        hand: (reply) => {
          reply.setSession(id, expires);
          if (retired) tell(retired);
        },
      };
    },

    /** Somebody knocked and was not let in. */
    async refuse(request: FastifyRequest, detail: { via: string; reason: string }): Promise<void> {
      await append(db, { action: 'sign_in.refused', outcome: 'denied', detail, address: request.ip });
    },

    /** Ends the browser's session, and retires the keys that were to last as long as it. */
    async end(userId: string, idHash: Uint8Array<ArrayBuffer>): Promise<void> {
      const retired = await db.$transaction(async (tx) => {
        await append(tx, { action: 'sign_out', actorId: userId, subject: 'user', subjectId: userId });
        return endSession(tx, idHash);
      });
      tell(retired);
      events.accountChanged(userId);
    },
  };
}
