import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { IdParams, PageQuery } from '@veogate/shared/contracts/common';
import { Delivery, DeliveryPage, DeliveryParams } from '@veogate/shared/contracts/webhooks';
import { listDeliveries } from '@veogate/shared/db/webhook-delivery-repo';
import { member } from '../../access.ts';
import { toPage } from '../../present/page.ts';
import { presentDelivery } from '../../present/webhook.ts';
import type { Services } from '../../services.ts';
import type { createWebhookService } from './service.ts';

/** What was sent to a webhook, and sending more. */
export function deliveryRoutes(
  { db }: Pick<Services, 'db'>,
  webhooks: ReturnType<typeof createWebhookService>,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    const tags = ['webhooks'];
    app.get(
      '/v1/webhooks/:id/deliveries',
      {
        schema: {
          tags,
          summary: 'What was sent to it, newest first; kept for 30 days',
          params: IdParams,
          querystring: PageQuery,
          response: { 200: DeliveryPage },
        },
        config: { access: member('webhooks:read') },
      },
      async ({ caller, params, query }) => {
        const { id } = await webhooks.find(caller.userId, params.id);
        return toPage(
          await listDeliveries(db, id, query),
          query.limit,
          (row) => row.id,
          (page) => page.map(presentDelivery),
        );
      },
    );

    app.post(
      '/v1/webhooks/:id/deliveries/:delivery_id/replay',
      {
        schema: {
          tags,
          summary: 'Send a message once more, under the same id',
          params: DeliveryParams,
          response: { 202: Delivery },
        },
        config: { access: member('webhooks:write') },
      },
      async ({ caller, params }, reply) =>
        reply
          .code(202)
          .send(presentDelivery(await webhooks.replay(caller.userId, params.id, params.delivery_id))),
    );

    app.post(
      '/v1/webhooks/:id/test',
      {
        schema: {
          tags,
          summary: 'Send a test message; once, whatever comes of it',
          params: IdParams,
          response: { 202: Delivery },
        },
        config: { access: member('webhooks:write') },
      },
      async ({ caller, params }, reply) =>
        reply.code(202).send(presentDelivery(await webhooks.test(caller.userId, params.id))),
    );
  };
}
