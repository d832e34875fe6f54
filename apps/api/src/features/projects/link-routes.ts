import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { IdParams } from '@veogate/shared/contracts/common';
import {
  CreateProjectLink,
  type OpenProjectLink,
  ProjectLink,
  ProjectLinkList,
  ProjectLinkParams,
} from '@veogate/shared/contracts/projects';
import type { Invitation } from '@veogate/shared/db/rows';
import { Type } from 'typebox';
import { member } from '../../access.ts';
import type { Services } from '../../services.ts';
import { createProjectService } from './service.ts';

/** `/v1/projects/{id}/links`: how a project's owner gets others of this service into it. */
export function linkRoutes(services: Services): FastifyPluginAsyncTypebox {
  const projects = createProjectService(services);
  const { PUBLIC_URL } = services.config;

  return async (app) => {
    const tags = ['projects'];
    app.get(
      '/v1/projects/:id/links',
      {
        schema: {
          tags,
          summary: 'Links into a project that wait for somebody',
          params: IdParams,
          response: { 200: ProjectLinkList },
        },
        config: { access: member('projects:read') },
      },
      async ({ caller, params }) => ({
        data: (await projects.listLinks(caller, params.id)).map(presentLink),
      }),
    );

    app.post(
      '/v1/projects/:id/links',
      {
        schema: {
          tags,
          summary: 'Make a link that adds one person of this service to a project',
          params: IdParams,
          body: CreateProjectLink,
          response: { 201: ProjectLink },
        },
        config: { access: member('projects:write') },
      },
      async ({ caller, params, body, host }, reply) => {
        const origin = PUBLIC_URL ?? `http://${host}`;
        return reply.code(201).send(await projects.createLink(caller, params.id, origin, body));
      },
    );

    app.delete(
      '/v1/projects/:id/links/:link_id',
      {
        schema: {
          tags,
          summary: 'Revoke a link; whoever came by it stays',
          params: ProjectLinkParams,
          response: { 204: Type.Null() },
        },
        config: { access: member('projects:write') },
      },
      async ({ caller, params }, reply) => {
        await projects.revokeLink(caller, params.id, params.link_id);
        return reply.code(204).send(null);
      },
    );
  };
}

function presentLink({ id, projectRole, createdAt, expiresAt }: Invitation): OpenProjectLink {
  return {
    id,
    // Nobody becomes an owner by a link.
    role: projectRole === 'editor' ? 'editor' : 'viewer',
    created_at: createdAt.toISOString(),
    expires_at: expiresAt?.toISOString() ?? null,
  };
}
