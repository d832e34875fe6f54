import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { IdParams } from '@veogate/shared/contracts/common';
import {
  CreateGeneration,
  Estimate,
  EstimateRequest,
  Generation,
  GenerationPage,
  GenerationQuery,
  Resolve,
} from '@veogate/shared/contracts/generations';
import { toRateLimitHeaders } from '@veogate/shared/domain/rate-limit';
import { Type } from 'typebox';
import { member } from '../../access.ts';
import type { Services } from '../../services.ts';
import type { Begun } from './create.ts';
import { createEstimator } from './estimate.ts';
import { createGenerationService } from './service.ts';

const IdempotencyHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'Repeats within 24 hours get the same answer.',
    }),
  ),
});

/** `/v1/estimates` and `/v1/generations`. */
export function generationRoutes(services: Services): FastifyPluginAsyncTypebox {
  const generations = createGenerationService(services);
  const estimate = createEstimator(services);

  return async (app) => {
    const tags = ['generations'];

    app.post(
      '/v1/estimates',
      {
        schema: {
          tags,
          summary: 'The price before it is made, and what the budgets have left',
          body: EstimateRequest,
          response: { 200: Estimate },
        },
        config: { access: member('generations:read') },
      },
      ({ caller, body }) => estimate(caller, body),
    );

    app.post(
      '/v1/generations',
      {
        schema: {
          tags,
          summary: 'Begin a generation',
          headers: IdempotencyHeaders,
          body: CreateGeneration,
          response: { 202: Generation },
        },
        config: { access: member('generations:write', 'cleared') },
      },
      async ({ caller, body, headers, ip: address }, reply) => {
        const idempotencyKey = headers['idempotency-key'];
        const begun = await generations.create({ caller, body, address, idempotencyKey });
        return reply.code(202).headers(toHeaders(begun)).send(begun.generation);
      },
    );

    app.get(
      '/v1/generations',
      {
        schema: {
          tags,
          summary: 'Generations, newest first',
          querystring: GenerationQuery,
          response: { 200: GenerationPage },
        },
        config: { access: member('generations:read') },
      },
      ({ caller, query }) => generations.list(caller, query),
    );

    app.get(
      '/v1/generations/:id',
      {
        schema: { tags, summary: 'One generation', params: IdParams, response: { 200: Generation } },
        config: { access: member('generations:read') },
      },
      ({ caller, params }) => generations.show(caller, params.id),
    );

    app.delete(
      '/v1/generations/:id',
      {
        schema: {
          tags,
          summary: 'Delete a finished generation and its files',
          params: IdParams,
          response: { 204: Type.Null() },
        },
        config: { access: member('generations:write') },
      },
      async ({ caller, params }, reply) => {
        await generations.remove(caller, params.id);
        return reply.code(204).send(null);
      },
    );

    for (const { method, summary, act } of [
      { method: 'PUT', summary: 'Keep its files until it is unpinned or deleted', act: generations.pin },
      { method: 'DELETE', summary: 'Let its files expire again', act: generations.unpin },
    ] as const) {
      app.route({
        method,
        url: '/v1/generations/:id/pin',
        schema: { tags, summary, params: IdParams, response: { 200: Generation } },
        config: { access: member('generations:write') },
        handler: ({ caller, params }) => act(caller, params.id),
      });
    }

    app.post(
      '/v1/generations/:id/cancel',
      {
        schema: {
          tags,
          summary: 'Cancel what was not submitted yet',
          params: IdParams,
          response: { 200: Generation },
        },
        config: { access: member('generations:write') },
      },
      ({ caller, params }) => generations.cancel(caller, params.id),
    );

    app.post(
      '/v1/generations/:id/retry',
      {
        schema: {
          tags,
          summary: 'The same again, as a new generation',
          headers: IdempotencyHeaders,
          params: IdParams,
          response: { 202: Generation },
        },
        config: { access: member('generations:write', 'cleared') },
      },
      async ({ caller, params, headers, ip: address }, reply) => {
        const idempotencyKey = headers['idempotency-key'];
        const begun = await generations.retry(caller, params.id, { address, idempotencyKey });
        return reply.code(202).headers(toHeaders(begun)).send(begun.generation);
      },
    );

    app.post(
      '/v1/generations/:id/resolve',
      {
        schema: {
          tags,
          summary: 'Decide about an unknown outcome, or look again for an expired one',
          params: IdParams,
          body: Resolve,
          response: { 200: Generation },
        },
        config: { access: member('generations:write') },
      },
      ({ caller, params, body }) => generations.resolve(caller, params.id, body.action),
    );
  };
}

/** Where to look for what was begun, and how much more may be. */
function toHeaders({ generation, standing }: Begun): Record<string, string> {
  return { location: generation.urls.self, ...(standing && toRateLimitHeaders(standing)) };
}
