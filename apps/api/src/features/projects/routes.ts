import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { PageQuery } from '@veogate/shared/contracts/common';
import { type Project, ProjectPage } from '@veogate/shared/contracts/projects';
import { listMemberships, type Membership } from '@veogate/shared/db/project-repo';
import { member } from '../../access.ts';
import { toPage } from '../../present/page.ts';
import type { Services } from '../../services.ts';

/** `/v1/projects`. */
export function projectRoutes({ db }: Services): FastifyPluginAsyncTypebox {
  return async (app) => {
    const tags = ['projects'];
    app.get(
      '/v1/projects',
      {
        schema: { tags, summary: 'Your projects', querystring: PageQuery, response: { 200: ProjectPage } },
        config: { access: member('projects:read') },
      },
      async ({ caller, query }) => {
        const rows = await listMemberships(db, caller, query);
        return toPage(
          rows,
          query.limit,
          ({ projectId }) => projectId,
          (page) => page.map(presentProject),
        );
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
