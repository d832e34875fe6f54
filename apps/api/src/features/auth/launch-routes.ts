import { timingSafeEqual } from 'node:crypto';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Launch } from '@veogate/shared/contracts/sign-in';
import { resolveLocalOwner } from '@veogate/shared/db/session-repo';
import { AppError } from '@veogate/shared/domain/errors';
import { Type } from 'typebox';
import { anyone } from '../../access.ts';
import { sha256 } from '../../plugins/session.ts';
import type { Services } from '../../services.ts';
import { createDoor } from './door.ts';
import { createSignIn } from './sign-in.ts';

/** Sign-in by the launch link, in profile `local`. */
export function launchRoutes(services: Services): FastifyPluginAsyncTypebox {
  const { db, ownerTokenHash } = services;
  const signIn = createSignIn(services);
  const door = createDoor(services);

  return async (app) => {
    app.post(
      '/auth/launch',
      {
        schema: {
          tags: ['sign-in'],
          summary: 'Sign in with the token of the launch link',
          security: [],
          body: Launch,
          response: { 204: Type.Null() },
        },
        config: { access: anyone },
      },
      async (request, reply) => {
        if (!ownerTokenHash) throw new AppError('not_found', 'This service has no launch link.');
        const knock = await door.guardDoor(request, 'launch');
        const owner = await resolveLocalOwner(db);
        if (!owner || !timingSafeEqual(sha256(request.body.token), ownerTokenHash)) {
          await signIn.refuse(request, { via: 'launch', reason: 'token' });
          throw new AppError(
            'unauthenticated',
            'This launch link is not valid. Use the one that was printed last.',
          );
        }
        const { userId } = owner;
        const session = await db.$transaction((tx) => signIn.begin(tx, request, { userId, via: 'launch' }));
        await knock.welcome();
        session.hand(reply);
        return reply.code(204).send(null);
      },
    );
  };
}
