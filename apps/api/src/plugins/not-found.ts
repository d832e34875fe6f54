import { AppError } from '@veogate/shared/domain/errors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';

/** What lies under these is for programs and parts of pages: nobody who misses one wants a page instead. */
const NO_PAGES = /^\/(?:v1|auth|docs|assets|healthz|readyz)(?:\/|$)/;

/** Answers what no route does: to a browser that looks for a page by the web app, to everybody else by a problem. */
export const notFound = plugin(
  async (app: FastifyInstance) => {
    const routes: { methods: string[]; pattern: RegExp }[] = [];
    app.addHook('onRoute', ({ method, url }) => {
      routes.push({ methods: [method].flat(), pattern: toPattern(url) });
    });

    app.setNotFoundHandler(async (request, reply) => {
      const [path = ''] = request.url.split('?');
      const allowed = routes.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods);
      // A route may itself find that there is nothing.
      if (allowed.length > 0 && !allowed.includes(request.method)) {
        const list = [...new Set(allowed)].join(', ');
        reply.header('allow', list);
        throw new AppError('method_not_allowed', `It takes ${list}.`);
      }
      if (wantsPage(request) && !NO_PAGES.test(path) && (await app.isWebAppBuilt())) {
        return reply.sendPage(404);
      }
      throw new AppError('not_found', 'There is no such address.');
    });
  },
  { name: 'not-found', dependencies: ['errors', 'web-app'] },
);

function wantsPage({ method, headers }: FastifyRequest): boolean {
  return (method === 'GET' || method === 'HEAD') && headers.accept?.includes('text/html') === true;
}

/** A route's address with its parameters, as what it matches. */
function toPattern(url: string): RegExp {
  const escaped = url.replace(/[.+?^$()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/:\w+/g, '[^/]+').replace('*', '.*')}$`);
}
