import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Services } from '../../services.ts';
import { auditRoutes } from './audit-routes.ts';
import { checklistRoutes } from './checklist-routes.ts';
import { flagRoutes } from './flag-routes.ts';
import { generationRoutes } from './generation-routes.ts';
import { incidentRoutes } from './incident-routes.ts';
import { limitRoutes } from './limit-routes.ts';
import { modeRoutes } from './mode-routes.ts';
import { networkRoutes } from './network-routes.ts';
import { queueRoutes } from './queue-routes.ts';
import { safetyRoutes } from './safety-routes.ts';
import { userRoutes } from './user-routes.ts';

/** `/v1/admin`. */
export function adminRoutes(services: Services): FastifyPluginAsyncTypebox {
  return async (app) => {
    await app.register(safetyRoutes(services));
    await app.register(userRoutes(services));
    await app.register(networkRoutes(services));
    await app.register(limitRoutes(services));
    await app.register(auditRoutes(services));
    await app.register(modeRoutes(services));
    await app.register(incidentRoutes(services));
    await app.register(flagRoutes(services));
    await app.register(generationRoutes(services));
    await app.register(queueRoutes(services));
    await app.register(checklistRoutes(services));
  };
}
