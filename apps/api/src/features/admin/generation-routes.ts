import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import {
  AdminGeneration,
  AdminGenerationPage,
  AdminGenerationQuery,
  GenerationSample,
  SampleQuery,
} from '@veogate/shared/contracts/admin-generations';
import { IdParams } from '@veogate/shared/contracts/common';
import { OutputParams, OutputQuery } from '@veogate/shared/contracts/generations';
import {
  type AdminGenerationRow,
  drawGenerations,
  findAnyGeneration,
  listAllGenerations,
} from '@veogate/shared/db/generation-admin-repo';
import { AppError } from '@veogate/shared/domain/errors';
import { finalStates, type GenerationState, generationStates } from '@veogate/shared/domain/generation-state';
import { auditor } from '../../access.ts';
import { createNoteRead } from '../../note-read.ts';
import { createAdminPresenter } from '../../present/admin-generation.ts';
import { toPage } from '../../present/page.ts';
import { sendOutput } from '../../send-output.ts';
import type { Services } from '../../services.ts';

/** `/v1/admin/generations`: everybody's. Whoever opens a file of somebody else's is written down. */
export function generationRoutes(services: Services): FastifyPluginAsyncTypebox {
  const { db } = services;
  const present = createAdminPresenter(services);
  const noteRead = createNoteRead(services);

  async function find(id: string): Promise<AdminGenerationRow> {
    const row = await findAnyGeneration(db, id);
    if (!row) throw new AppError('not_found', 'There is no such generation.');
    return row;
  }

  return async (app) => {
    const tags = ['admin'];
    app.get(
      '/v1/admin/generations',
      {
        schema: {
          tags,
          summary: 'Everybody’s generations, newest first',
          querystring: AdminGenerationQuery,
          response: { 200: AdminGenerationPage },
        },
        config: { access: auditor },
      },
      async ({ query }) => {
        const { limit, after, user_id, project_id, key_id, model, outcome, code, from, to } = query;
        const filter = {
          ...{ userId: user_id, projectId: project_id, keyId: key_id, model, code },
          states: outcome && statesOf(outcome),
          from: from === undefined ? undefined : new Date(from),
          to: to === undefined ? undefined : new Date(to),
        };
        const rows = await listAllGenerations(db, filter, { limit, after });
        return toPage(rows, limit, ({ id }) => id, present);
      },
    );

    app.get(
      '/v1/admin/generations/sample',
      {
        schema: {
          tags,
          summary: 'Some that ended lately, drawn by lot',
          querystring: SampleQuery,
          response: { 200: GenerationSample },
        },
        config: { access: auditor },
      },
      async ({ query }) => ({ data: await present(await drawGenerations(db, query)) }),
    );

    app.get(
      '/v1/admin/generations/:id',
      {
        schema: {
          tags,
          summary: 'Anybody’s generation',
          params: IdParams,
          response: { 200: AdminGeneration },
        },
        config: { access: auditor },
      },
      async ({ params }) => (await present([await find(params.id)]))[0] as AdminGeneration,
    );

    app.get(
      '/v1/admin/generations/:id/outputs/:n',
      {
        schema: {
          tags,
          summary: 'A file of anybody’s; that you opened it is written down',
          params: OutputParams,
          querystring: OutputQuery,
        },
        config: {
          access: auditor,
          documentedAnswers: {
            200: { type: '*/*', description: 'The whole file' },
            206: { type: '*/*', description: 'The range that was asked for' },
          },
        },
      },
      async (request, reply) => {
        const { caller, params, query, ip: address } = request;
        const output = (await find(params.id)).outputs.find(({ index }) => index === params.n);
        if (!output) throw new AppError('not_found', 'There is no such file.');
        const isDownload = query.download === '1';
        return sendOutput(services, { request, reply, generationId: params.id, output, isDownload }, () =>
          noteRead(caller, { generationId: params.id, index: params.n, isDownload, asAdmin: true, address }),
        );
      },
    );
  };
}

function statesOf(outcome: NonNullable<AdminGenerationQuery['outcome']>): GenerationState[] {
  if (outcome !== 'in_progress') return [outcome];
  const ended: readonly GenerationState[] = [...finalStates, 'expired', 'outcome_unknown'];
  return generationStates.filter((state) => !ended.includes(state));
}
