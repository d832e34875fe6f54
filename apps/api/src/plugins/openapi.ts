import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { errorCatalogue } from '@veogate/shared/domain/errors';
import type { FastifyInstance } from 'fastify';
import plugin from 'fastify-plugin';

/** The API's own description, as OpenAPI 3.1 at `/docs/json` and as pages at `/docs`. */
export const openapi = plugin(
  async (app: FastifyInstance) => {
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: {
          title: 'Veogate',
          version: '1',
          description: [
            'Generate VEO videos with your own keys.',
            'Errors are `application/problem+json` (RFC 9457) with a `code`; what each means and what to do stands below.',
            ...Object.entries(errorCatalogue).map(
              ([code, { status, title, advice }]) => `- \`${code}\` (${status}): ${title} ${advice}`,
            ),
          ].join('\n\n'),
        },
        components: {
          securitySchemes: {
            bearer: { type: 'http', scheme: 'bearer', description: 'The owner token.' },
            session: { type: 'apiKey', in: 'cookie', name: app.sessionCookieName },
          },
        },
        security: [{ bearer: [] }, { session: [] }],
      },
    });
    await app.register(swaggerUi, {
      routePrefix: '/docs',
      staticCSP: true,
      transformStaticCSP: (header) => header,
      uiConfig: { persistAuthorization: false },
    });
  },
  { name: 'openapi', dependencies: ['session'] },
);
