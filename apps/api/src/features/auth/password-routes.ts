import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { PasswordSignedIn, PasswordSignIn } from '@veogate/shared/contracts/sign-in';
import { anyone } from '../../access.ts';
import type { Services } from '../../services.ts';
import { createPasswordSignIn } from './password-service.ts';

/** Sign-in with the team's password, in profile `password`. */
export function passwordRoutes(services: Services): FastifyPluginAsyncTypebox {
  const begin = createPasswordSignIn(services);

  return async (app) => {
    app.post(
      '/auth/password',
      {
        schema: {
          tags: ['sign-in'],
          summary: 'Sign in with the team password, a name and its PIN; a new name is claimed',
          security: [],
          body: PasswordSignIn,
          response: { 200: PasswordSignedIn },
        },
        config: { access: anyone },
      },
      async (request, reply) => {
        const { claimed, session } = await begin(request, request.body);
        session.hand(reply);
        return { claimed };
      },
    );
  };
}
