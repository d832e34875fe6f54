import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { AdminUsageQuery, Usage, UsageQuery } from '@veogate/shared/contracts/usage';
import { writeUsage } from '@veogate/shared/usage/write-usage';
import { auditor, member } from '../../access.ts';
import type { Caller } from '../../plugins/session.ts';
import type { Services } from '../../services.ts';
import { createUsageService } from './service.ts';

/** `/v1/me/usage` and `/v1/admin/usage`. */
export function usageRoutes({ db }: Pick<Services, 'db'>): FastifyPluginAsyncTypebox {
  const read = createUsageService({ db });

  return async (app) => {
    app.get(
      '/v1/me/usage',
      {
        schema: {
          tags: ['account'],
          summary: 'What you generated and spent',
          querystring: UsageQuery,
          response: { 200: Usage },
        },
        config: { access: member('account:read') },
      },
      ({ caller, query }) => read(ofCaller(caller, query), { withPeople: false }),
    );

    app.get(
      '/v1/me/usage/export',
      {
        schema: { tags: ['account'], summary: 'The same as a file', querystring: UsageQuery },
        config: { access: member('account:read'), documentedAnswers: csv },
      },
      async ({ caller, query }, reply) => {
        const usage = await read(ofCaller(caller, query), { withPeople: false });
        return reply.headers(toHeaders(usage)).send(writeUsage(usage));
      },
    );

    app.get(
      '/v1/admin/usage',
      {
        schema: {
          tags: ['admin'],
          summary: 'What everybody generated and spent',
          querystring: AdminUsageQuery,
          response: { 200: Usage },
        },
        config: { access: auditor },
      },
      ({ query }) => read(query, { withPeople: true }),
    );

    app.get(
      '/v1/admin/usage/export',
      {
        schema: { tags: ['admin'], summary: 'The same as a file', querystring: AdminUsageQuery },
        config: { access: auditor, documentedAnswers: csv },
      },
      async ({ query }, reply) => {
        const usage = await read(query, { withPeople: true });
        return reply.headers(toHeaders(usage)).send(writeUsage(usage));
      },
    );
  };
}

const csv = { 200: { type: 'text/csv', description: 'CSV, one line for each step' } };

/** A token that is bound to a project sees what was done in it. */
function ofCaller({ userId, projectId }: Caller, query: UsageQuery): AdminUsageQuery {
  return { ...query, user_id: userId, ...(projectId && { project_id: projectId }) };
}

function toHeaders({ from, to }: Usage) {
  const span = `${from.slice(0, 10)}-${to.slice(0, 10)}`;
  return {
    'content-type': 'text/csv; charset=utf-8',
    'cache-control': 'no-store',
    'content-disposition': `attachment; filename="veogate-usage-${span}.csv"`,
  };
}
