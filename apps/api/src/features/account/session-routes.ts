import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Revoked, SessionList } from '@veogate/shared/contracts/account';
import { IdParams } from '@veogate/shared/contracts/common';
import { Type } from 'typebox';
import { member } from '../../access.ts';
import type { Services } from '../../services.ts';
import { createSessionService } from './session-service.ts';

/** `/v1/me/sessions`. Whoever is suspended can still sign out wherever they are signed in. */
export function sessionRoutes(services: Services): FastifyPluginAsyncTypebox {
  const sessions = createSessionService(services);

  return async (app) => {
    const tags = ['account'];
    app.get(
      '/v1/me/sessions',
      {
        schema: { tags, summary: 'Where you are signed in', response: { 200: SessionList } },
        config: { access: member(undefined, 'any') },
      },
      async ({ caller }) => ({ data: await sessions.list(caller) }),
    );

    app.delete(
      '/v1/me/sessions/:id',
      {
        schema: {
          tags,
          summary: 'Sign out there; keys of that session are retired',
          params: IdParams,
          response: { 204: Type.Null() },
        },
        config: { access: member(undefined, 'any') },
      },
      async ({ caller, params }, reply) => {
        await sessions.end(caller, params.id);
        return reply.code(204).send(null);
      },
    );

    app.delete(
      '/v1/me/sessions',
      {
        schema: { tags, summary: 'Sign out everywhere else', response: { 200: Revoked } },
        config: { access: member(undefined, 'any') },
      },
      async ({ caller }) => ({ revoked: await sessions.endOthers(caller) }),
    );
  };
}
