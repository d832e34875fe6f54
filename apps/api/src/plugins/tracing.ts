import type { FastifyInstance } from 'fastify';
import plugin from 'fastify-plugin';
import type { Services } from '../services.ts';

/** Says in the trace of each generation which request began it, and that it may be found in the log. */
export const tracing = plugin(
  async (app: FastifyInstance, { tracing: traces }: Pick<Services, 'tracing'>) => {
    app.addHook('onResponse', async ({ id, method, routeOptions, log }, reply) => {
      const location = String(reply.getHeader('location') ?? '');
      const [, generationId] = /^\/v1\/generations\/([\w-]+)$/.exec(location) ?? [];
      if (reply.statusCode !== 202 || generationId === undefined) return;
      log.info({ generationId }, 'generation begun');
      const route = routeOptions.url ?? 'unknown';
      traces.mark(`${method} ${route}`, generationId, { 'veogate.request_id': id });
    });
  },
  { name: 'tracing' },
);
