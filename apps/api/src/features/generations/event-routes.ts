import { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { IdParams } from '@veogate/shared/contracts/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Services } from '../../services.ts';
import { streamGenerations } from './event-stream.ts';
import { createGenerationService } from './service.ts';

/** `/v1/events` and `/v1/generations/{id}/events`. */
export function eventRoutes(services: Services): FastifyPluginAsyncTypebox {
  const generations = createGenerationService(services);

  function open(request: FastifyRequest, reply: FastifyReply, generationId?: string): FastifyReply {
    const gone = new AbortController();
    request.raw.once('close', () => gone.abort());
    const events = streamGenerations(services, {
      userId: request.caller.userId,
      ...(generationId && { generationId }),
      lastEventId: request.headers['last-event-id']?.toString(),
      signal: gone.signal,
      isStillAllowed: () => request.server.isStillSignedIn(request),
      present: generations.present,
    });
    return reply
      .type('text/event-stream')
      .headers({ 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
      .send(Readable.from(events));
  }

  return async (app) => {
    const tags = ['events'];
    app.get(
      '/v1/events',
      { schema: { tags, summary: 'Every change of your generations, as server-sent events' } },
      async (request, reply) => open(request, reply),
    );
    app.get(
      '/v1/generations/:id/events',
      { schema: { tags, summary: 'Every change of one generation, until it is finished', params: IdParams } },
      async (request, reply) => {
        await generations.show(request.caller.userId, request.params.id);
        return open(request, reply, request.params.id);
      },
    );
  };
}
