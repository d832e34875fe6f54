import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { IdParams } from '@veogate/shared/contracts/common';
import { ChangeMember, Member, MemberList, MemberParams } from '@veogate/shared/contracts/projects';
import type { MemberRow } from '@veogate/shared/db/member-repo';
import { Type } from 'typebox';
import { member } from '../../access.ts';
import type { Services } from '../../services.ts';
import { createMemberService } from './member-service.ts';

/** `/v1/projects/{id}/members`. */
export function memberRoutes(services: Services): FastifyPluginAsyncTypebox {
  const members = createMemberService(services);

  return async (app) => {
    const tags = ['projects'];
    app.get(
      '/v1/projects/:id/members',
      {
        schema: { tags, summary: 'Who is in a project', params: IdParams, response: { 200: MemberList } },
        config: { access: member('projects:read') },
      },
      async ({ caller, params }) => ({ data: (await members.list(caller, params.id)).map(presentMember) }),
    );

    app.patch(
      '/v1/projects/:id/members/:user_id',
      {
        schema: {
          tags,
          summary: 'Give a member another role',
          params: MemberParams,
          body: ChangeMember,
          response: { 200: Member },
        },
        config: { access: member('projects:write') },
      },
      async ({ caller, params, body }) =>
        presentMember(await members.changeRole(caller, params.id, params.user_id, body.role)),
    );

    app.delete(
      '/v1/projects/:id/members/:user_id',
      {
        schema: {
          tags,
          summary: 'Take a member out of a project, or leave it',
          params: MemberParams,
          response: { 204: Type.Null() },
        },
        config: { access: member('projects:write') },
      },
      async ({ caller, params }, reply) => {
        await members.remove(caller, params.id, params.user_id);
        return reply.code(204).send(null);
      },
    );
  };
}

function presentMember({ userId, user, role, joinedAt }: MemberRow): Member {
  return { user_id: userId, display_name: user.displayName, role, joined_at: joinedAt.toISOString() };
}
