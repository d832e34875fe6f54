import type { FieldIssue } from '@veogate/shared/domain/check-request';
import { AppError } from '@veogate/shared/domain/errors';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type { FastifyInstance } from 'fastify';
import plugin from 'fastify-plugin';
import { BROKEN } from '../broken-text.ts';

/**
 * Bodies must be exactly what the schema says: nothing is coerced, dropped or made up in silence. Paths, query
 * strings and headers arrive as text, so their numbers are read from it; what a query string may repeat is a list also
 * where it stands there once.
 */
export const validation = plugin(
  async (app: FastifyInstance) => {
    const strict = createAjv(false);
    const coercing = createAjv(true);
    const listing = createAjv('array');
    app.setValidatorCompiler(({ schema, httpPart }) => {
      if (httpPart === 'body') return strict.compile(schema);
      return (httpPart === 'querystring' ? listing : coercing).compile(schema);
    });
    // Form data and plain text are what a foreign page may send without being asked first.
    app.removeContentTypeParser('text/plain');

    // Runs after the schemas, so what it walks through is as small and as flat as they allow.
    app.addHook('preHandler', async ({ body, query, params, routeOptions }) => {
      const { schema } = routeOptions;
      const issues = [
        ...(schema?.body ? findBrokenText(body, []) : []),
        ...(schema?.querystring ? findBrokenText(query, []) : []),
        // Of the page's files there is simply none of such a name.
        ...(schema?.params && !schema.hide ? findBrokenText(params, []) : []),
      ];
      if (issues.length > 0) throw new AppError('invalid_request', '', { issues });
    });
  },
  { name: 'validation' },
);

function findBrokenText(value: unknown, path: readonly string[]): FieldIssue[] {
  if (typeof value === 'string') return BROKEN.test(value) ? [brokenAt(path)] : [];
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return [];
  return Object.entries(value).flatMap(([name, item]) =>
    BROKEN.test(name) ? [brokenAt(path)] : findBrokenText(item, [...path, name]),
  );
}

function brokenAt(path: readonly string[]): FieldIssue {
  const field = path.join('.') || 'body';
  return { field, message: `${field} holds characters that are not text.` };
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function createAjv(coerceTypes: boolean | 'array'): Ajv {
  const ajv = new Ajv({
    coerceTypes,
    removeAdditional: false,
    useDefaults: true,
    allErrors: true,
    strict: false,
  });
  addFormats.default(ajv, ['date-time']);
  // The package's own also takes `urn:uuid:…`, which Postgres does not.
  ajv.addFormat('uuid', UUID);
  return ajv;
}
