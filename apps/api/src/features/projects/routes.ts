import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { IdParams, PageQuery } from '@veogate/shared/contracts/common';
import { Project, ProjectPage, WriteProject } from '@veogate/shared/contracts/projects';
import { listMemberships, type Membership } from '@veogate/shared/db/project-repo';
import { Type } from 'typebox';
import { member } from '../../access.ts';
import { toPage } from '../../present/page.ts';
import type { Services } from '../../services.ts';
import { linkRoutes } from './link-routes.ts';
import { memberRoutes } from './member-routes.ts';
import { createProjectService } from './service.ts';

/** `/v1/projects`. */
export function projectRoutes(services: Services): FastifyPluginAsyncTypebox {
  const projects = createProjectService(services);

  return async (app) => {
    await app.register(memberRoutes(services));
    await app.register(linkRoutes(services));

    const tags = ['projects'];
    app.get(
      '/v1/projects',
      {
        schema: { tags, summary: 'Your projects', querystring: PageQuery, response: { 200: ProjectPage } },
        config: { access: member('projects:read') },
      },
      async ({ caller, query }) => {
        const rows = await listMemberships(services.db, caller, query);
        return toPage(
          rows,
          query.limit,
          ({ projectId }) => projectId,
          (page) => page.map(presentProject),
        );
      },
    );

    app.post(
      '/v1/projects',
      {
        schema: { tags, summary: 'Make a shared project', body: WriteProject, response: { 201: Project } },
        config: { access: member('projects:write') },
      },
      async ({ caller, body }, reply) => {
        const project = presentProject(await projects.create(caller, body.name));
        return reply.code(201).header('location', `/v1/projects/${project.id}`).send(project);
      },
    );

    app.get(
      '/v1/projects/:id',
      {
        schema: { tags, summary: 'One project', params: IdParams, response: { 200: Project } },
        config: { access: member('projects:read') },
      },
      async ({ caller, params }) => presentProject(await projects.show(caller, params.id)),
    );

    app.patch(
      '/v1/projects/:id',
      {
        schema: {
          tags,
          summary: 'Rename a project that you own',
          params: IdParams,
          body: WriteProject,
          response: { 200: Project },
        },
        config: { access: member('projects:write') },
      },
      async ({ caller, params, body }) => presentProject(await projects.rename(caller, params.id, body.name)),
    );

    app.delete(
      '/v1/projects/:id',
      {
        schema: {
          tags,
          summary: 'Delete a shared project that you own',
          description: 'What was made in it goes to the personal project of whoever made it.',
          params: IdParams,
          response: { 204: Type.Null() },
        },
        config: { access: member('projects:write') },
      },
      async ({ caller, params }, reply) => {
        await projects.remove(caller, params.id);
        return reply.code(204).send(null);
      },
    );
  };
}

function presentProject({ role, project }: Membership): Project {
  return {
    id: project.id,
    name: project.name,
    kind: project.kind,
    role,
    member_count: project._count.members,
    created_at: project.createdAt.toISOString(),
  };
}
