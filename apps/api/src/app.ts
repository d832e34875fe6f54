import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { isIn } from '@veogate/shared/config/networks';
import fastify, {
  type FastifyBaseLogger,
  type FastifyHttpOptions,
  type FastifyInstance,
  LogController,
} from 'fastify';
import { boundConnections } from './connections.ts';
import { captchaRoutes } from './features/account/captcha-routes.ts';
import { accountRoutes } from './features/account/routes.ts';
import { termsRoutes } from './features/account/terms-routes.ts';
import { adminRoutes } from './features/admin/routes.ts';
import { authRoutes } from './features/auth/routes.ts';
import { budgetRoutes } from './features/budgets/routes.ts';
import { docsRoutes } from './features/docs/routes.ts';
import { eventRoutes } from './features/events/routes.ts';
import { outputRoutes } from './features/generations/output-routes.ts';
import { generationRoutes } from './features/generations/routes.ts';
import { healthRoutes } from './features/health/routes.ts';
import { invitationRoutes } from './features/invitations/routes.ts';
import { keyRoutes } from './features/keys/routes.ts';
import { metaRoutes } from './features/meta/routes.ts';
import { projectRoutes } from './features/projects/routes.ts';
import { uploadRoutes } from './features/uploads/routes.ts';
import { usageRoutes } from './features/usage/routes.ts';
import { webRoutes } from './features/web/routes.ts';
import { webhookRoutes } from './features/webhooks/routes.ts';
import { access } from './plugins/access.ts';
import { errors, sendFrameworkError } from './plugins/errors.ts';
import { headers } from './plugins/headers.ts';
import { metrics } from './plugins/metrics.ts';
import { network } from './plugins/network.ts';
import { notFound } from './plugins/not-found.ts';
import { openapi } from './plugins/openapi.ts';
import { rateLimits } from './plugins/rate-limit.ts';
import { requestLog } from './plugins/request-log.ts';
import { session } from './plugins/session.ts';
import { tracing } from './plugins/tracing.ts';
import { validation } from './plugins/validation.ts';
import { violations } from './plugins/violations.ts';
import { watching } from './plugins/watching.ts';
import { webApp } from './plugins/web-app.ts';
import { refuseClient } from './problems/refuse-client.ts';
import type { Services } from './services.ts';

/** A JSON body is a prompt and some ids. Bytes. */
const BODY_LIMIT = 256 * 1024;

/** The HTTP service, ready to listen: what cuts across first, then the features. */
export async function buildApp(services: Services): Promise<FastifyInstance> {
  const options = {
    // Widened, so that the instance has Fastify's own general type.
    loggerInstance: services.log as FastifyBaseLogger,
    // Fastify's own lines show whole addresses; the plugin `request-log` writes ours.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    // Clients that dawdle over their request are cut off. Milliseconds.
    requestTimeout: 120_000,
    // So is whoever does not take what is sent; event streams have a sign of life more often.
    connectionTimeout: services.config.IDLE_TIMEOUT_SECONDS * 1_000,
    keepAliveTimeout: 10_000,
    http: { headersTimeout: 15_000 },
    // Addresses that a client can make up are worth nothing: the nearest one that is no proxy of ours counts.
    trustProxy: (address) => isIn(services.networks.TRUSTED_PROXIES, address),
    requestIdHeader: false,
    genReqId: () => randomUUID(),
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 100 },
    forceCloseConnections: 'idle',
    frameworkErrors: sendFrameworkError,
    clientErrorHandler: refuseClient,
  } satisfies FastifyHttpOptions<Server>;
  const { certificate } = services;
  const app = certificate
    ? // The same service over another kind of server, which nobody but `main` needs to tell apart.
      (fastify({
        ...options,
        https: { ...certificate, minVersion: 'TLSv1.2' },
      }) as unknown as FastifyInstance)
    : fastify(options);
  boundConnections(app.server, services);

  await app.register(errors);
  await app.register(requestLog);
  await app.register(metrics, services);
  await app.register(tracing, services);
  await app.register(validation);
  await app.register(headers, services);
  await app.register(network, services);
  await app.register(webApp, services);
  await app.register(notFound);
  await app.register(session, services);
  await app.register(violations, services);
  await app.register(watching, services);
  await app.register(rateLimits, services);
  await app.register(access, services);
  await app.register(openapi);

  await app.register(webRoutes);
  await app.register(docsRoutes);
  await app.register(healthRoutes(services));
  await app.register(metaRoutes(services));
  await app.register(authRoutes(services));
  await app.register(accountRoutes(services));
  await app.register(termsRoutes(services));
  await app.register(captchaRoutes(services));
  await app.register(projectRoutes(services));
  await app.register(invitationRoutes(services));
  await app.register(adminRoutes(services));
  await app.register(budgetRoutes(services));
  await app.register(keyRoutes(services));
  await app.register(uploadRoutes(services));
  await app.register(generationRoutes(services));
  await app.register(outputRoutes(services));
  await app.register(eventRoutes(services));
  await app.register(webhookRoutes(services));
  await app.register(usageRoutes(services));
  await app.ready();
  return app;
}
