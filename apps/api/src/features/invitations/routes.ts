import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { IdParams, PageQuery } from '@veogate/shared/contracts/common';
import { CreatedInvitation, CreateInvitation, InvitationPage } from '@veogate/shared/contracts/invitations';
import { listInvitations } from '@veogate/shared/db/invitation-repo';
import { Type } from 'typebox';
import { admin, auditor } from '../../access.ts';
import { presentInvitation } from '../../present/invitation.ts';
import { toPage } from '../../present/page.ts';
import type { Services } from '../../services.ts';
import { guestRoutes } from './guest-routes.ts';
import { createInvitationService } from './service.ts';

/** `/v1/admin/invitations`, and `/v1/invitations` for whoever was invited. */
export function invitationRoutes(services: Services): FastifyPluginAsyncTypebox {
  const invitations = createInvitationService(services);
  const { PUBLIC_URL } = services.config;

  return async (app) => {
    await app.register(guestRoutes(services));

    const tags = ['admin'];
    app.get(
      '/v1/admin/invitations',
      {
        schema: {
          tags,
          summary: 'Invitations into the service, newest first',
          querystring: PageQuery,
          response: { 200: InvitationPage },
        },
        config: { access: auditor },
      },
      async ({ query }) => {
        const rows = await listInvitations(services.db, query);
        return toPage(
          rows,
          query.limit,
          ({ id }) => id,
          (page) => page.map(presentInvitation),
        );
      },
    );

    app.post(
      '/v1/admin/invitations',
      {
        schema: {
          tags,
          summary: 'Invite a person, a domain or a group; or make a link for one person',
          body: CreateInvitation,
          response: { 201: CreatedInvitation },
        },
        config: { access: admin },
      },
      async ({ caller, body, host }, reply) => {
        const origin = PUBLIC_URL ?? `http://${host}`;
        const { invitation, url } = await invitations.create(caller, origin, body);
        return reply.code(201).send({ invitation: presentInvitation(invitation), url });
      },
    );

    app.delete(
      '/v1/admin/invitations/:id',
      {
        schema: {
          tags,
          summary: 'Revoke an invitation; whoever came by it stays',
          params: IdParams,
          response: { 204: Type.Null() },
        },
        config: { access: admin },
      },
      async ({ caller, params }, reply) => {
        await invitations.revoke(caller, params.id);
        return reply.code(204).send(null);
      },
    );
  };
}
