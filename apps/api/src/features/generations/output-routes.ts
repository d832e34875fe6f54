import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { OutputParams, OutputQuery } from '@veogate/shared/contracts/generations';
import { member } from '../../access.ts';
import { createNoteRead } from '../../note-read.ts';
import { sendOutput } from '../../send-output.ts';
import type { Services } from '../../services.ts';
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
      async (request, reply) => {
        const { caller, params, query, ip: address } = request;
        const { id: generationId, n: index } = params;
        const output = await generations.findOutput(caller, generationId, index);
        const isDownload = query.download === '1';
        return sendOutput(services, { request, reply, generationId, output, isDownload }, () =>
          noteRead(caller, { generationId, index, isDownload, asAdmin: false, address }),
        );
      },
    );
  };
}
