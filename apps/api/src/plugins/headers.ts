import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import plugin from 'fastify-plugin';
import type { Services } from '../services.ts';

const YEAR_SECONDS = 31_536_000;
/** What a page of ours never asks a browser for. */
const UNUSED_FEATURES = 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()';

/** What tells a browser to trust nothing that we did not send. */
export const headers = plugin(
  async (app: FastifyInstance, { config }: Pick<Services, 'config'>) => {
    const isSecure = config.PUBLIC_URL?.startsWith('https:') === true;
    await app.register(helmet, {
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: ["'self'"],
          styleSrc: ["'self'"],
          imgSrc: ["'self'", 'blob:', 'data:'],
          mediaSrc: ["'self'", 'blob:'],
          fontSrc: ["'self'"],
          connectSrc: ["'self'"],
          manifestSrc: ["'self'"],
          workerSrc: ["'none'"],
          objectSrc: ["'none'"],
          formAction: ["'self'"],
          baseUri: ["'none'"],
          frameAncestors: ["'none'"],
        },
      },
      crossOriginEmbedderPolicy: false,
      crossOriginOpenerPolicy: { policy: 'same-origin' },
      crossOriginResourcePolicy: { policy: 'same-origin' },
      referrerPolicy: { policy: 'no-referrer' },
      // On plain http browsers ignore it, and it would stick to localhost.
      strictTransportSecurity: isSecure && { maxAge: YEAR_SECONDS, includeSubDomains: true },
      xFrameOptions: { action: 'deny' },
    });
    app.addHook('onRequest', async (request, reply) => {
      reply.header('x-robots-tag', 'noindex, nofollow');
      reply.header('permissions-policy', UNUSED_FEATURES);
      // The parts of /docs may be kept; files, and the web app's, say for themselves how long.
      if (!request.url.startsWith('/docs')) reply.header('cache-control', 'no-store');
    });
  },
  { name: 'headers' },
);
