import { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { presentAudit, writeAudit } from '@veogate/shared/audit/write-audit';
import { isNetwork } from '@veogate/shared/config/networks';
import { AuditExportQuery, AuditPage, AuditQuery } from '@veogate/shared/contracts/audit';
import { append } from '@veogate/shared/db/audit-repo';
import { type AuditFilter, pagesOfAuditLog, searchAudit } from '@veogate/shared/db/audit-search-repo';
import { findUsersBy } from '@veogate/shared/db/user-admin-repo';
import { invalidField } from '@veogate/shared/domain/errors';
import { auditor } from '../../access.ts';
import { toPage } from '../../present/page.ts';
import type { Services } from '../../services.ts';

/** `/v1/admin/audit`: what was done on this service, by whom. */
export function auditRoutes({ db }: Pick<Services, 'db'>): FastifyPluginAsyncTypebox {
  return async (app) => {
    const tags = ['admin'];
    app.get(
      '/v1/admin/audit',
      {
        schema: {
          tags,
          summary: 'Entries of the audit log, newest first',
          querystring: AuditQuery,
          response: { 200: AuditPage },
        },
        config: { access: auditor },
      },
      async ({ query }) => {
        const { limit, after } = query;
        const rows = await searchAudit(db, await toFilter(query), { limit, after });
        return toPage(
          rows,
          limit,
          ({ id }) => id,
          (page) => page.map(presentAudit),
        );
      },
    );

    app.get(
      '/v1/admin/audit/export',
      {
        schema: { tags, summary: 'The same entries as a file', querystring: AuditExportQuery },
        config: {
          access: auditor,
          documentedAnswers: {
            200: { type: 'text/csv', description: 'CSV, or with `format=jsonl` one JSON object a line' },
          },
        },
      },
      async ({ query: { format, ...query }, caller, ip }, reply) => {
        const filter = await toFilter(query);
        await append(db, {
          action: 'audit.exported',
          actorId: caller.userId,
          subject: 'audit',
          detail: query,
          address: ip,
        });
        return reply
          .type(format === 'csv' ? 'text/csv; charset=utf-8' : 'application/jsonl')
          .headers({
            'cache-control': 'no-store',
            'content-disposition': `attachment; filename="veogate-audit-${new Date().toISOString().slice(0, 10)}.${format}"`,
          })
          .send(Readable.from(writeAudit(pagesOfAuditLog(db, filter), format), { objectMode: false }));
      },
    );
  };

  async function toFilter(query: Omit<AuditExportQuery, 'format'>): Promise<AuditFilter> {
    const { person, subject_id: subjectId, address, since, until, ...same } = query;
    if (address !== undefined && !isNetwork(address))
      throw invalidField('address', 'This is no address, and no network such as 192.0.2.0/24.');
    const people = person === undefined ? undefined : (await findUsersBy(db, person)).map(({ id }) => id);
    return {
      ...same,
      subjectId,
      address,
      people,
      ...(since !== undefined && { since: new Date(since) }),
      ...(until !== undefined && { until: new Date(until) }),
    };
  }
}
