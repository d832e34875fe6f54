import { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { IdParams } from '@veogate/shared/contracts/common';
import { findGeneration } from '@veogate/shared/db/generation-repo';
import { AppError } from '@veogate/shared/domain/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { member } from '../../access.ts';
import type { Services } from '../../services.ts';
import { streamChanges } from './stream.ts';

const GENERATION_EVENTS = [
  '`generation`: a generation as it is now. `deleted`: the `id` of one that is no more.',
  'Both carry an `id`: connect again with it as `Last-Event-ID`, and what was missed is told.',
].join(' ');
const KEY_EVENTS =
  '`key`: one of your keys as it is now, without an `id`. After a break all keys that are not retired are told again.';
const ACCOUNT_EVENTS =
  '`account`: what you may see or do may have changed, such as the projects that you are in: read your lists again.';

/** `/v1/events` and `/v1/generations/{id}/events`. */
export function eventRoutes(services: Services): FastifyPluginAsyncTypebox {
  return async (app) => {
    const open = new Set<AbortController>();
    const streamsOf = new Map<string, number>();
    let ending = false;
    // A stream would hold the service back for as long as its client likes.
    app.addHook('preClose', async () => {
      ending = true;
      for (const stream of open) stream.abort();
    });

    function stream(request: FastifyRequest, reply: FastifyReply, generationId?: string): FastifyReply {
      const { userId } = request.caller;
      const count = streamsOf.get(userId) ?? 0;
      if (count >= services.config.MAX_STREAMS_PER_USER) throw new AppError('too_many_streams');
      const gone = new AbortController();
      // Whoever left while it was found out who they are is not counted: nothing would tell that they are gone.
      if (ending || reply.raw.closed) gone.abort();
      else {
        streamsOf.set(userId, count + 1);
        open.add(gone);
        services.metrics.streams.inc();
        reply.raw.once('close', () => {
          open.delete(gone);
          services.metrics.streams.dec();
          const left = (streamsOf.get(userId) ?? 1) - 1;
          if (left > 0) streamsOf.set(userId, left);
          else streamsOf.delete(userId);
          gone.abort();
        });
      }
      const { caller } = request;
      const events = streamChanges(services, {
        viewer: caller,
        mayReadKeys: !caller.token || caller.token.scopes.includes('keys:read'),
        ...(generationId && { generationId }),
        lastEventId: request.headers['last-event-id']?.toString(),
        signal: gone.signal,
        isStillAllowed: () => app.isStillSignedIn(request),
      });
      return (
        reply
          .type('text/event-stream')
          // Nothing comes after a stream, and a service that stops does not wait for a connection that is closed.
          .headers({ 'cache-control': 'no-store', 'x-accel-buffering': 'no', connection: 'close' })
          .send(Readable.from(events))
      );
    }

    const tags = ['events'];
    const answer = (description: string) => ({
      access: member('generations:read'),
      documentedAnswers: { 200: { type: 'text/event-stream', description } },
    });
    app.get(
      '/v1/events',
      {
        schema: { tags, summary: 'Every change of your generations and keys, as server-sent events' },
        config: answer(`${GENERATION_EVENTS} ${KEY_EVENTS} ${ACCOUNT_EVENTS}`),
      },
      async (request, reply) => stream(request, reply),
    );
    app.get(
      '/v1/generations/:id/events',
      {
        schema: { tags, summary: 'Every change of one generation, until it is finished', params: IdParams },
        config: answer(GENERATION_EVENTS),
      },
      async (request, reply) => {
        const { caller, params } = request;
        const row = await findGeneration(services.db, caller, params.id);
        if (!row) throw new AppError('not_found', 'There is no such generation.');
        return stream(request, reply, params.id);
      },
    );
  };
}
