import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { IdParams, PageQuery } from '@veogate/shared/contracts/common';
import { AddKey, Key, KeyPage } from '@veogate/shared/contracts/keys';
import { listKeys } from '@veogate/shared/db/key-repo';
import { Type } from 'typebox';
import { member } from '../../access.ts';
import { presentKey } from '../../present/key.ts';
import { toPage } from '../../present/page.ts';
import type { Services } from '../../services.ts';
import { createKeyService } from './service.ts';

/** `/v1/keys`. A key goes in and never comes out. */
export function keyRoutes(services: Services): FastifyPluginAsyncTypebox {
  const keys = createKeyService(services);

  return async (app) => {
    const tags = ['keys'];
    app.get(
      '/v1/keys',
      {
        schema: {
          tags,
          summary: 'Your keys and the team’s, newest first',
          querystring: PageQuery,
          response: { 200: KeyPage },
        },
        config: { access: member('keys:read') },
      },
      async ({ caller, query }) => {
        const rows = await listKeys(services.db, caller.userId, query);
        return toPage(
          rows,
          query.limit,
          ({ id }) => id,
          (page) => page.map((key) => presentKey(key, caller)),
        );
      },
    );

    app.post(
      '/v1/keys',
      {
        schema: { tags, summary: 'Add a key; it is sealed at once', body: AddKey, response: { 201: Key } },
        config: { access: member('keys:write', 'cleared') },
      },
      async ({ caller, body, ip }, reply) => {
        const key = presentKey(await keys.add(caller, body, ip), caller);
        return reply.code(201).header('location', `/v1/keys/${key.id}`).send(key);
      },
    );

    app.get(
      '/v1/keys/:id',
      {
        schema: { tags, summary: 'One key', params: IdParams, response: { 200: Key } },
        config: { access: member('keys:read') },
      },
      async ({ caller, params }) => presentKey(await keys.find(caller.userId, params.id), caller),
    );

    app.delete(
      '/v1/keys/:id',
      {
        schema: { tags, summary: 'Retire a key', params: IdParams, response: { 204: Type.Null() } },
        config: { access: member('keys:write') },
      },
      async ({ caller, params }, reply) => {
        await keys.retire(caller, params.id);
        return reply.code(204).send(null);
      },
    );

    app.post(
      '/v1/keys/:id/check',
      {
        schema: {
          tags,
          summary: 'Have it checked again, free of charge',
          params: IdParams,
          response: { 202: Key },
        },
        config: { access: member('keys:write') },
      },
      async ({ caller, params }, reply) =>
        reply.code(202).send(presentKey(await keys.check(caller, params.id), caller)),
    );
  };
}
