import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { IdParams } from '@veogate/shared/contracts/common';
import {
  CreateWebhook,
  UpdateWebhook,
  Webhook,
  WebhookList,
  WebhookWithSecret,
} from '@veogate/shared/contracts/webhooks';
import { listWebhooks } from '@veogate/shared/db/webhook-repo';
import { AppError } from '@veogate/shared/domain/errors';
import { Type } from 'typebox';
import { member } from '../../access.ts';
import { presentWebhook } from '../../present/webhook.ts';
import type { Services } from '../../services.ts';
import { deliveryRoutes } from './delivery-routes.ts';
import { createWebhookService } from './service.ts';

/** `/v1/webhooks`. A secret goes out once, when it is made. */
export function webhookRoutes(services: Services): FastifyPluginAsyncTypebox {
  const webhooks = createWebhookService(services);

  return async (app) => {
    // They tell of every project of their owner.
    app.addHook('preHandler', async ({ caller }) => {
      if (caller.projectId) throw new AppError('forbidden', 'A token of one project reaches no webhooks.');
    });
    await app.register(deliveryRoutes(services, webhooks));

    const tags = ['webhooks'];
    app.get(
      '/v1/webhooks',
      {
        schema: { tags, summary: 'Your webhooks, newest first', response: { 200: WebhookList } },
        config: { access: member('webhooks:read') },
      },
      async ({ caller }) => ({
        data: (await listWebhooks(services.db, caller.userId)).map(presentWebhook),
      }),
    );

    app.post(
      '/v1/webhooks',
      {
        schema: {
          tags,
          summary: 'Add a webhook; its secret is shown this once',
          body: CreateWebhook,
          response: { 201: WebhookWithSecret },
        },
        config: { access: member('webhooks:write', 'cleared') },
      },
      async ({ caller, body }, reply) => {
        const { webhook, secret } = await webhooks.create(caller.userId, body);
        return reply
          .code(201)
          .headers({ location: `/v1/webhooks/${webhook.id}`, 'cache-control': 'no-store' })
          .send({ webhook: presentWebhook(webhook), secret });
      },
    );

    app.get(
      '/v1/webhooks/:id',
      {
        schema: { tags, summary: 'One webhook', params: IdParams, response: { 200: Webhook } },
        config: { access: member('webhooks:read') },
      },
      async ({ caller, params }) => presentWebhook(await webhooks.find(caller.userId, params.id)),
    );

    app.patch(
      '/v1/webhooks/:id',
      {
        schema: {
          tags,
          summary: 'Change a webhook, or switch it on or off',
          description:
            'While it is off nothing new is written down for it; what waited is sent once it is on.',
          params: IdParams,
          body: UpdateWebhook,
          response: { 200: Webhook },
        },
        config: { access: member('webhooks:write') },
      },
      async ({ caller, params, body }) =>
        presentWebhook(await webhooks.update(caller.userId, params.id, body)),
    );

    app.delete(
      '/v1/webhooks/:id',
      {
        schema: {
          tags,
          summary: 'Delete a webhook and its deliveries',
          params: IdParams,
          response: { 204: Type.Null() },
        },
        config: { access: member('webhooks:write') },
      },
      async ({ caller, params }, reply) => {
        await webhooks.remove(caller.userId, params.id);
        return reply.code(204).send(null);
      },
    );

    app.post(
      '/v1/webhooks/:id/rotate-secret',
      {
        schema: {
          tags,
          summary: 'Make a new secret; the one before signs for another day',
          params: IdParams,
          response: { 200: WebhookWithSecret },
        },
        config: { access: member('webhooks:write') },
      },
      async ({ caller, params }, reply) => {
        const { webhook, secret } = await webhooks.rotate(caller.userId, params.id);
        return reply.header('cache-control', 'no-store').send({ webhook: presentWebhook(webhook), secret });
      },
    );
  };
}
