import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { AcceptTerms, Terms } from '@veogate/shared/contracts/account';
import { append } from '@veogate/shared/db/audit-repo';
import { acceptTerms } from '@veogate/shared/db/clearance-repo';
import { AppError } from '@veogate/shared/domain/errors';
import { Type } from 'typebox';
import { anyone, member } from '../../access.ts';
import type { Services } from '../../services.ts';

/** `/v1/terms` and `/v1/me/terms`. */
export function termsRoutes({
  db,
  events,
  terms,
}: Pick<Services, 'db' | 'events' | 'terms'>): FastifyPluginAsyncTypebox {
  function current() {
    if (!terms) throw new AppError('not_found', 'This service has no terms to accept.');
    return terms;
  }

  return async (app) => {
    app.get(
      '/v1/terms',
      {
        schema: {
          tags: ['service'],
          summary: 'The terms of service in force',
          security: [],
          response: { 200: Terms },
        },
        config: { access: anyone },
      },
      async () => {
        const { version, text } = current();
        return { version, text };
      },
    );

    app.post(
      '/v1/me/terms',
      {
        schema: {
          tags: ['account'],
          summary: 'Accept the terms of service',
          body: AcceptTerms,
          response: { 204: Type.Null() },
        },
        config: { access: member() },
      },
      async ({ caller: { userId }, body }, reply) => {
        const { version, textHash } = current();
        if (body.version !== version) {
          throw new AppError(
            'wrong_state',
            `The terms have changed: read version ${version}, and accept that.`,
          );
        }
        await db.$transaction(async (tx) => {
          await acceptTerms(tx, userId, { version, textHash });
          await append(tx, {
            action: 'terms.accepted',
            actorId: userId,
            subject: 'user',
            subjectId: userId,
            detail: { version, sha256: Buffer.from(textHash).toString('hex') },
          });
        });
        events.accountChanged(userId);
        return reply.code(204).send(null);
      },
    );
  };
}
