import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type { FastifyInstance } from 'fastify';
import plugin from 'fastify-plugin';

/**
 * Bodies must be exactly what the schema says: nothing is coerced, dropped or made up in silence. Paths, query
 * strings and headers arrive as text, so their numbers are read from it.
 */
export const validation = plugin(
  async (app: FastifyInstance) => {
    const strict = createAjv(false);
    const coercing = createAjv(true);
    app.setValidatorCompiler(({ schema, httpPart }) =>
      (httpPart === 'body' ? strict : coercing).compile(schema),
    );
  },
  { name: 'validation' },
);

function createAjv(coerceTypes: boolean): Ajv {
  const ajv = new Ajv({
    coerceTypes,
    removeAdditional: false,
    useDefaults: true,
    allErrors: true,
    strict: false,
  });
  addFormats.default(ajv, ['uuid', 'date-time']);
  return ajv;
}
