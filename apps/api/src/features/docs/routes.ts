import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type ErrorCode, errorCatalogue } from '@veogate/shared/domain/errors';
import { anyone } from '../../access.ts';

/** `/docs/errors`: where the `type` of every problem leads. */
export const docsRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/docs/errors', { schema: { hide: true }, config: { access: anyone } }, (_, reply) =>
    reply.type('text/html; charset=utf-8').send(page),
  );
};

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Veogate: errors</title>
    <link rel="icon" href="data:,">
  </head>
  <body>
    <main>
      <h1>Errors</h1>
      <p>Every error is <code>application/problem+json</code> (RFC 9457) with one of these codes.</p>
      <dl>
${(Object.keys(errorCatalogue) as ErrorCode[]).map(toEntry).join('\n')}
      </dl>
    </main>
  </body>
</html>
`;

function toEntry(code: ErrorCode): string {
  const { status, title, advice } = errorCatalogue[code];
  return `        <dt id="${code}"><code>${code}</code> (${status})</dt><dd>${title} ${advice}</dd>`;
}
