import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { IdParams, PageQuery } from '@veogate/shared/contracts/common';
import { AddKey, Key, KeyPage } from '@veogate/shared/contracts/keys';
import { type KeyRow, listKeys } from '@veogate/shared/db/key-repo';
import { describeError, isErrorCode } from '@veogate/shared/domain/errors';
import { Type } from 'typebox';
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
          summary: 'Your keys, newest first',
          querystring: PageQuery,
          response: { 200: KeyPage },
        },
      },
      async ({ caller, query }) => {
        const rows = await listKeys(services.db, caller.userId, query);
        const page = rows.slice(0, query.limit);
        const hasMore = rows.length > query.limit;
        return {
          data: page.map(presentKey),
          has_more: hasMore,
          next: hasMore ? (page.at(-1)?.id ?? null) : null,
        };
      },
    );

    app.post(
      '/v1/keys',
      { schema: { tags, summary: 'Add a key; it is sealed at once', body: AddKey, response: { 201: Key } } },
      async ({ caller, body }, reply) => {
        const key = presentKey(await keys.add(caller.userId, caller.sessionIdHash, body));
        return reply.code(201).header('location', `/v1/keys/${key.id}`).send(key);
      },
    );

    app.get(
      '/v1/keys/:id',
      { schema: { tags, summary: 'One key', params: IdParams, response: { 200: Key } } },
      async ({ caller, params }) => presentKey(await keys.find(caller.userId, params.id)),
    );

    app.delete(
      '/v1/keys/:id',
      { schema: { tags, summary: 'Retire a key', params: IdParams, response: { 204: Type.Null() } } },
      async ({ caller, params }, reply) => {
        await keys.retire(caller.userId, params.id);
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
      },
      async ({ caller, params }, reply) =>
        reply.code(202).send(presentKey(await keys.check(caller.userId, params.id))),
    );
  };
}

function presentKey(key: KeyRow): Key {
  const reason = key.stateReason && isErrorCode(key.stateReason) ? describeError(key.stateReason) : null;
  return {
    id: key.id,
    provider: key.provider as Key['provider'],
    label: key.label,
    hint: key.hint,
    scope: key.scope,
    state: key.state,
    state_reason: reason && { code: key.stateReason ?? '', message: reason.title, advice: reason.advice },
    // The worker writes it in this very shape.
    quota: key.quota as Key['quota'],
    in_flight: key._count.generations,
    checked_at: key.checkedAt?.toISOString() ?? null,
    created_at: key.createdAt.toISOString(),
    retired_at: key.retiredAt?.toISOString() ?? null,
  };
}
