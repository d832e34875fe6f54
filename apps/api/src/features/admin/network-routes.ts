import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { BlockedNetworks } from '@veogate/shared/contracts/admin';
import { listBlockedNetworks, unblockNetwork } from '@veogate/shared/db/violation-repo';
import { AppError } from '@veogate/shared/domain/errors';
import { Type } from 'typebox';
import { admin, auditor } from '../../access.ts';
import type { Services } from '../../services.ts';

type Needs = Pick<Services, 'db' | 'blockedNetworks'>;

/** `/v1/admin/blocked-networks`. */
export function networkRoutes({ db, blockedNetworks }: Needs): FastifyPluginAsyncTypebox {
  return async (app) => {
    const tags = ['admin'];
    app.get(
      '/v1/admin/blocked-networks',
      {
        schema: {
          tags,
          summary: 'Networks that are turned away for a while',
          response: { 200: BlockedNetworks },
        },
        config: { access: auditor },
      },
      async () => {
        const rows = await listBlockedNetworks(db);
        const data = rows.map(({ network, until, reason, createdAt }) => ({
          network,
          reason,
          until: until.toISOString(),
          created_at: createdAt.toISOString(),
        }));
        return { data };
      },
    );

    app.delete(
      '/v1/admin/blocked-networks/:network',
      {
        schema: {
          tags,
          summary: 'Let a network in again',
          params: Type.Object({ network: Type.String({ maxLength: 60 }) }),
          response: { 204: Type.Null() },
        },
        config: { access: admin },
      },
      async ({ caller, params: { network } }, reply) => {
        const wasBlocked = await db.$transaction((tx) => unblockNetwork(tx, network, caller.userId));
        if (!wasBlocked) throw new AppError('not_found', 'This network is not turned away.');
        blockedNetworks.refresh();
        return reply.code(204).send(null);
      },
    );
  };
}
