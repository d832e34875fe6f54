import { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { member } from '../../access.ts';
import type { Services } from '../../services.ts';
import { writeExport } from './write-export.ts';

/** `/v1/me/export`. No token reaches it: it holds more than any scope opens. */
export function exportRoutes({ db }: Pick<Services, 'db'>): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/v1/me/export',
      {
        schema: {
          tags: ['account'],
          summary: 'Everything that is stored of you, as one JSON document',
          description: 'Files are named by the paths under which they can be fetched.',
        },
        config: {
          access: member(undefined, 'any'),
          documentedAnswers: { 200: { type: 'application/json', description: 'The document' } },
        },
      },
      async ({ caller }, reply) =>
        reply
          .type('application/json')
          .headers({
            'cache-control': 'no-store',
            'content-disposition': `attachment; filename="veogate-${new Date().toISOString().slice(0, 10)}.json"`,
          })
          .send(Readable.from(writeExport(db, caller.userId), { objectMode: false })),
    );
  };
}
