import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { CreatedToken, CreateToken, TokenList } from '@veogate/shared/contracts/account';
import { IdParams } from '@veogate/shared/contracts/common';
import { Type } from 'typebox';
import { member } from '../../access.ts';
import type { Services } from '../../services.ts';
import { createTokenService } from './token-service.ts';

/** `/v1/me/tokens`. No token reaches these: one that leaked must not make others. */
export function tokenRoutes(services: Services): FastifyPluginAsyncTypebox {
  const tokens = createTokenService(services);

  return async (app) => {
    const tags = ['account'];
    app.get(
      '/v1/me/tokens',
      {
        schema: { tags, summary: 'Your access tokens, newest first', response: { 200: TokenList } },
        config: { access: member(undefined, 'any') },
      },
      async ({ caller }) => ({ data: await tokens.list(caller.userId) }),
    );

    app.post(
      '/v1/me/tokens',
      {
        schema: {
          tags,
          summary: 'Make an access token; it is shown this once',
          body: CreateToken,
          response: { 201: CreatedToken },
        },
        config: { access: member() },
      },
      async ({ caller, body }, reply) =>
        reply
          .code(201)
          .header('cache-control', 'no-store')
          .send(await tokens.create(caller, body)),
    );

    app.delete(
      '/v1/me/tokens/:id',
      {
        schema: { tags, summary: 'Revoke a token', params: IdParams, response: { 204: Type.Null() } },
        config: { access: member(undefined, 'any') },
      },
      async ({ caller, params }, reply) => {
        await tokens.revoke(caller.userId, params.id);
        return reply.code(204).send(null);
      },
    );
  };
}
