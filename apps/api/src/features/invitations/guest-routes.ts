import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import {
  AcceptedInvitation,
  InvitationPreview,
  InvitationToken,
} from '@veogate/shared/contracts/invitations';
import { findOpenLink } from '@veogate/shared/db/invitation-repo';
import { AppError } from '@veogate/shared/domain/errors';
import { anyone, member } from '../../access.ts';
import { sha256 } from '../../plugins/session.ts';
import { presentPreview } from '../../present/invitation.ts';
import type { Services } from '../../services.ts';
import { createAcceptInvitation } from './accept.ts';

/** `/v1/invitations`. The token comes in the body: what stands in an address is written into logs. */
export function guestRoutes(services: Services): FastifyPluginAsyncTypebox {
  const accept = createAcceptInvitation(services);

  return async (app) => {
    const tags = ['invitations'];
    app.post(
      '/v1/invitations/preview',
      {
        schema: {
          tags,
          summary: 'What an invitation link offers',
          security: [],
          body: InvitationToken,
          response: { 200: InvitationPreview },
        },
        config: { access: anyone },
      },
      async ({ body }) => {
        const invitation = await findOpenLink(services.db, sha256(body.token));
        if (!invitation) throw new AppError('invitation_invalid');
        return presentPreview(invitation);
      },
    );

    app.post(
      '/v1/invitations/accept',
      {
        schema: {
          tags,
          summary: 'Accept an invitation link with the account that is signed in',
          body: InvitationToken,
          response: { 200: AcceptedInvitation },
        },
        config: { access: member() },
      },
      ({ caller, body }) => accept(caller.userId, body.token),
    );
  };
}
