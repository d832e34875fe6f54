import type { FastifyInstance } from 'fastify';
import plugin from 'fastify-plugin';

/** Asked by machines every few seconds. */
const QUIET = new Set(['/healthz', '/readyz']);

/**
 * One line for each request. Without its query string, which may hold words of a prompt, without headers and without
 * bodies.
 */
export const requestLog = plugin(
  async (app: FastifyInstance) => {
    app.addHook('onRequest', async (request, reply) => {
      reply.header('x-request-id', request.id);
    });

    app.addHook('onResponse', async ({ log, method, url, ip }, reply) => {
      const [path = ''] = url.split('?');
      const line = { method, path, status: reply.statusCode, ms: Math.round(reply.elapsedTime), address: ip };
      if (QUIET.has(path)) log.debug(line, 'request');
      else log.info(line, 'request');
    });
  },
  { name: 'request-log' },
);
