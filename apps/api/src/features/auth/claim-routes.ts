import { timingSafeEqual } from 'node:crypto';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { ClaimAdmin } from '@veogate/shared/contracts/account';
import { claimAdmin } from '@veogate/shared/db/claim-repo';
import { renewSession } from '@veogate/shared/db/session-repo';
import { AppError } from '@veogate/shared/domain/errors';
import { Type } from 'typebox';
import { member } from '../../access.ts';
import { newSessionId, sha256 } from '../../plugins/session.ts';
import type { Services } from '../../services.ts';
import { createSignIn } from './sign-in.ts';

/** How a service that has no administrator gets its first one. */
export function claimRoutes(services: Services): FastifyPluginAsyncTypebox {
  const { db, events, config } = services;
  const signIn = createSignIn(services);
  // Hashes are of one length, which is what a comparison in constant time needs.
  const codeHash = config.CLAIM_CODE === undefined ? null : sha256(config.CLAIM_CODE);

  return async (app) => {
    app.post(
      '/v1/me/claim-admin',
      {
        schema: {
          tags: ['account'],
          summary: 'Become the first administrator, with the code of the service’s start',
          body: ClaimAdmin,
          response: { 204: Type.Null() },
        },
        config: { access: member() },
      },
      async (request, reply) => {
        const { userId, session } = request.caller;
        if (!session) throw new AppError('session_needed');
        if (!codeHash || !timingSafeEqual(sha256(request.body.code), codeHash)) {
          await signIn.refuse(request, { via: 'claim', reason: 'code' });
          throw new AppError('claim_refused');
        }
        const renewed = newSessionId();
        const expires = await db.$transaction(async (tx) => {
          if (!(await claimAdmin(tx, userId))) throw new AppError('claim_refused');
          return renewSession(tx, session.idHash, renewed.idHash);
        });
        if (expires) reply.setSession(renewed.id, expires);
        events.accountChanged(userId);
        return reply.code(204).send(null);
      },
    );
  };
}
