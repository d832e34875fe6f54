import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { errorSubjects } from '@veogate/shared/domain/errors';
import { billingMeanings, type ErrorEntry, retryMeanings } from '@veogate/shared/domain/errors/entry';
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
${errorSubjects.map(({ name, errors }) => toSection(name, Object.entries(errors))).join('\n')}
    </main>
  </body>
</html>
`;

type Entry = ErrorEntry & { billing?: keyof typeof billingMeanings };

function toSection(name: string, entries: [string, Entry][]): string {
  return `      <h2>${name}</h2>\n      <dl>\n${entries.map(toTerm).join('\n')}\n      </dl>`;
}

function toTerm([code, { status, title, advice, retry, billing }]: [string, Entry]): string {
  const notes = [billing && `Billing: ${billingMeanings[billing]}`, `Retry: ${retryMeanings[retry]}`];
  const text = [title, advice, ...notes].filter(Boolean).join(' ');
  return `        <dt id="${code}"><code>${code}</code> (${status})</dt><dd>${text}</dd>`;
}
