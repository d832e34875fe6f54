import { STATUS_CODES } from 'node:http';
import swagger, { type SwaggerTransform } from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { Problem } from '@veogate/shared/contracts/common';
import type { FastifyInstance, FastifySchema } from 'fastify';
import plugin from 'fastify-plugin';
import { Type } from 'typebox';
import { anyone } from '../access.ts';
import { namedSchemas, nameSchemas } from '../name-schemas.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a route takes that no schema can check, such as a file; for the description alone. */
    documentedBody?: object;
    /** What it answers that is no JSON: for each status its media type, if it has a body. */
    documentedAnswers?: Readonly<Record<string, { type?: string; description: string }>>;
  }
}

/** The one style sheet that Swagger's script writes into its page. */
const SWAGGER_STYLE = 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w=';

/** Swagger's page needs that, and the pictures inside its style sheets. No inline script runs there either. */
const DOCS_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  `style-src 'self' '${SWAGGER_STYLE}'`,
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The API's own description, as OpenAPI 3.1 at `/docs/json` and as pages at `/docs`. */
export const openapi = plugin(
  async (app: FastifyInstance) => {
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: {
          title: 'Veogate',
          version: '1',
          license: { name: 'MIT', identifier: 'MIT' },
          description: [
            'Generate VEO videos with your own keys.',
            'Every error is `application/problem+json` (RFC 9457) with a `code`: see [what each means](/docs/errors).',
          ].join('\n\n'),
        },
        tags: [
          { name: 'service', description: 'This service, its models and its health' },
          { name: 'sign-in', description: 'The ways in that the access profile has, and the way out' },
          { name: 'account', description: 'The signed-in person' },
          { name: 'projects', description: 'Where generations belong, and who else looks in' },
          { name: 'invitations', description: 'What lets people in' },
          { name: 'admin', description: 'For administrators; auditors read' },
          { name: 'keys', description: 'Provider keys: they go in and never come out' },
          { name: 'uploads', description: 'Images to make videos of' },
          { name: 'generations', description: 'From a prompt to the finished files' },
          { name: 'events', description: 'Changes as they happen' },
          {
            name: 'webhooks',
            description:
              'Changes, sent to an address of yours: [how to receive them](https://www.standardwebhooks.com)',
          },
        ],
        components: {
          schemas: namedSchemas,
          securitySchemes: {
            bearer: {
              type: 'http',
              scheme: 'bearer',
              description: 'An access token; at home also the owner token.',
            },
            session: { type: 'apiKey', in: 'cookie', name: app.sessionCookieName },
          },
        },
        security: [{ bearer: [] }, { session: [] }],
      },
      transform,
      transformObject: nameSchemas,
    });
    await app.register(async (docs) => {
      docs.addHook('onRoute', (route) => {
        route.config = { ...route.config, access: anyone };
      });
      await docs.register(swaggerUi, {
        routePrefix: '/docs',
        staticCSP: DOCS_POLICY,
        uiConfig: { persistAuthorization: false, validatorUrl: null },
        theme: { title: 'Veogate API' },
      });
    });
  },
  { name: 'openapi', dependencies: ['access'] },
);

/** Adds what every route may answer, and what no schema says. */
const transform: SwaggerTransform = ({ schema, url, route }) => {
  const { documentedBody, documentedAnswers = {} } = route.config ?? {};
  const answers = Object.entries(documentedAnswers).map(([status, { type, description }]) => [
    status,
    type
      ? { description, content: { [type]: { schema: toBodySchema(type) } } }
      : { type: 'null', description },
  ]);
  const known = (schema as FastifySchema | undefined) ?? {};
  const described = Object.entries(known.response ?? {}).map(([status, answer]: [string, object]) => [
    status,
    { 'x-response-description': STATUS_CODES[status] ?? '', ...answer },
  ]);
  return {
    url,
    schema: {
      ...known,
      ...(known.querystring !== undefined && { querystring: toOptional(known.querystring) }),
      ...(documentedBody && { body: documentedBody }),
      response: {
        ...Object.fromEntries([...described, ...answers]),
        default: { description: 'An error', content: { 'application/problem+json': { schema: Problem } } },
      },
    },
  };
};

function toBodySchema(type: string): object {
  return type.startsWith('text/') ? { type: 'string' } : { type: 'string', format: 'binary' };
}

/** What has a default is always there for us, but need not be sent. */
function toOptional(querystring: unknown): unknown {
  if (!Type.IsObject(querystring)) return querystring;
  const { properties, required } = querystring;
  // TypeBox leaves the list out where it would be empty.
  const needed = (required ?? []).filter((name) => !('default' in (properties[name] ?? {})));
  return { ...querystring, required: needed };
}
