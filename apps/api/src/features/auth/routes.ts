import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { anyone } from '../../access.ts';
import type { Services } from '../../services.ts';
import { claimRoutes } from './claim-routes.ts';
import { launchRoutes } from './launch-routes.ts';
import { oauthRoutes } from './oauth-routes.ts';
import { passwordRoutes } from './password-routes.ts';
import { createSignIn } from './sign-in.ts';

/** The ways in that the access profile has, and the way out. */
export function authRoutes(services: Services): FastifyPluginAsyncTypebox {
  const signIn = createSignIn(services);

  return async (app) => {
    // Every way in has its routes; what the profile does not have answers 404.
    await app.register(launchRoutes(services));
    await app.register(passwordRoutes(services));
    await app.register(oauthRoutes(services));
    await app.register(claimRoutes(services));

    app.post(
      '/auth/logout',
      {
        schema: {
          tags: ['sign-in'],
          summary: 'Sign out; keys of this session are retired',
          response: { 204: Type.Null() },
        },
        // Whoever cannot do anything else any more can still leave.
        config: { access: anyone },
      },
      async (request, reply) => {
        const caller = await request.identify();
        if (caller.session) await signIn.end(caller.userId, caller.session.idHash);
        // Files that this browser kept for a while are forgotten too.
        return reply.clearSession().header('clear-site-data', '"cache"').code(204).send(null);
      },
    );
  };
}
