import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Launch } from '@veogate/shared/contracts/account';
import { append } from '@veogate/shared/db/audit-repo';
import type { Retired } from '@veogate/shared/db/key-repo';
import {
  createSession,
  endSession,
  replaceSession,
  resolveLocalOwner,
} from '@veogate/shared/db/session-repo';
import { AppError } from '@veogate/shared/domain/errors';
import { Type } from 'typebox';
import { sha256 } from '../../plugins/session.ts';
import type { Services } from '../../services.ts';

/** Bits of a session id: what cannot be guessed needs no other defence. */
const SESSION_BYTES = 32;

/** Sign-in by the launch link, and sign-out. */
export function authRoutes({ db, events, ownerTokenHash }: Services): FastifyPluginAsyncTypebox {
  return async (app) => {
    const tags = ['sign-in'];
    const cookie = { path: '/', httpOnly: true, sameSite: 'lax' } as const;

    app.post(
      '/auth/launch',
      {
        schema: {
          tags,
          summary: 'Sign in with the token of the launch link',
          security: [],
          body: Launch,
          response: { 204: Type.Null() },
        },
      },
      async ({ body, headers, ip, cookies }, reply) => {
        const owner = await resolveLocalOwner(db);
        if (!owner || !timingSafeEqual(sha256(body.token), ownerTokenHash)) {
          await append(db, { action: 'sign_in.refused', outcome: 'denied', address: ip });
          throw new AppError(
            'unauthenticated',
            'This launch link is not valid. Use the one that was printed last.',
          );
        }
        const id = randomBytes(SESSION_BYTES).toString('base64url');
        const previous = cookies[app.sessionCookieName];
        const { expires, retired } = await db.$transaction(async (tx) => {
          const session = { idHash: sha256(id), userId: owner.userId, userAgent: headers['user-agent'] };
          await append(tx, {
            action: 'sign_in.succeeded',
            actorId: owner.userId,
            subject: 'user',
            subjectId: owner.userId,
            address: ip,
          });
          return {
            retired: previous ? await replaceSession(tx, sha256(previous), session) : null,
            expires: await createSession(tx, session),
          };
        });
        if (retired) tell(retired);
        return reply
          .setCookie(app.sessionCookieName, id, { ...cookie, expires })
          .code(204)
          .send(null);
      },
    );

    app.post(
      '/auth/logout',
      {
        schema: {
          tags,
          summary: 'Sign out; keys of this session are retired',
          response: { 204: Type.Null() },
        },
        onRequest: app.requireCaller,
      },
      async ({ caller }, reply) => {
        const { sessionIdHash } = caller;
        if (sessionIdHash) {
          const retired = await db.$transaction(async (tx) => {
            await append(tx, {
              action: 'sign_out',
              actorId: caller.userId,
              subject: 'user',
              subjectId: caller.userId,
            });
            return endSession(tx, sessionIdHash);
          });
          tell(retired);
        }
        return reply.clearCookie(app.sessionCookieName, cookie).code(204).send(null);
      },
    );
  };

  function tell({ keys, canceled }: Retired): void {
    events.changed(...canceled);
    events.keyChanged(...keys);
  }
}
