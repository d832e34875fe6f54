import type { FastifyInstance } from 'fastify';
import plugin from 'fastify-plugin';
import type { Services } from '../services.ts';

/** Times every answer, by the template of its route. */
export const metrics = plugin(
  async (app: FastifyInstance, { metrics: { requests } }: Pick<Services, 'metrics'>) => {
    app.addHook('onResponse', async ({ method, routeOptions }, reply) => {
      const route = routeOptions.url ?? 'unknown';
      requests.observe({ method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1_000);
    });
  },
  { name: 'metrics' },
);
