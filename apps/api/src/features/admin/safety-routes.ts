import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { SafetyReport } from '@veogate/shared/contracts/admin';
import { judgeSafety } from '@veogate/shared/domain/safety';
import { gatherFacts } from '@veogate/shared/safety/gather-facts';
import { auditor } from '../../access.ts';
import type { Services } from '../../services.ts';

/** `/v1/admin/safety`: what is safe about this service, as the service itself sees it. */
export function safetyRoutes({ config, db }: Pick<Services, 'config' | 'db'>): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/v1/admin/safety',
      {
        schema: {
          tags: ['admin'],
          summary: 'What is safe about this service, and what is not',
          response: { 200: SafetyReport },
        },
        config: { access: auditor },
      },
      async (request) => {
        const facts = await gatherFacts(config, { db, files: [config.OWNER_TOKEN_FILE] });
        return { ...judgeSafety(config, facts, new Date()), your_address: request.ip };
      },
    );
  };
}
