import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { OutputParams, OutputQuery } from '@veogate/shared/contracts/generations';
import { AppError } from '@veogate/shared/domain/errors';
import parseRange from 'range-parser';
import { member } from '../../access.ts';
import type { Services } from '../../services.ts';
import { createNoteRead } from './note-read.ts';
import { createGenerationService } from './service.ts';

/** `/v1/generations/{id}/outputs/{n}`: the stored file, whole or by range. */
export function outputRoutes(services: Services): FastifyPluginAsyncTypebox {
  const generations = createGenerationService(services);
  const noteRead = createNoteRead(services);

  return async (app) => {
    app.get(
      '/v1/generations/:id/outputs/:n',
      {
        schema: {
          tags: ['generations'],
          summary: 'A file that was made; takes Range',
          params: OutputParams,
          querystring: OutputQuery,
        },
        config: {
          access: member('generations:read'),
          documentedAnswers: {
            200: { type: '*/*', description: 'The whole file' },
            206: { type: '*/*', description: 'The range that was asked for' },
            304: { description: 'Not modified since `If-None-Match`' },
          },
        },
      },
      async ({ caller, params, query, headers, method, ip }, reply) => {
        const output = await generations.findOutput(caller, params.id, params.n);
        const size = Number(output.byteSize);
        const etag = `"${output.sha256}"`;
        const disposition = query.download === '1' ? 'attachment' : 'inline';
        reply.headers({
          'accept-ranges': 'bytes',
          'cache-control': 'private, max-age=3600',
          'content-disposition': `${disposition}; filename="${output.fileName}"`,
          // Whatever a provider delivered, a browser shall never run it.
          'content-security-policy': "default-src 'none'; sandbox",
          etag,
        });
        if (headers['if-none-match'] === etag) return reply.code(304).send();
        reply.type(output.mimeType);
        const range = toRange(headers.range, headers['if-range'], etag, size);
        if (range === 'unsatisfiable') {
          reply.header('content-range', `bytes */${size}`);
          throw new AppError('range_not_satisfiable');
        }
        const length = range ? range.end - range.start + 1 : size;
        if (range) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${size}`);
        reply.header('content-length', length);
        if (method === 'HEAD') return reply.send();
        const object = await services.store.read(output.storageKey, range ?? undefined);
        if (!object) throw new AppError('output_gone');
        const isDownload = query.download === '1';
        noteRead(caller, {
          generationId: params.id,
          index: params.n,
          isDownload,
          asAdmin: false,
          address: ip,
        });
        return reply.send(object.body);
      },
    );
  };
}

/** The one range that was asked for; null where the whole file is to be sent. Several at once get the whole file. */
function toRange(
  header: string | undefined,
  ifRange: unknown,
  etag: string,
  size: number,
): { start: number; end: number } | 'unsatisfiable' | null {
  if (!header || (ifRange !== undefined && ifRange !== etag)) return null;
  const ranges = parseRange(size, header);
  if (ranges === -1) return 'unsatisfiable';
  if (ranges === -2 || ranges.length !== 1) return null;
  return ranges[0] ?? null;
}
