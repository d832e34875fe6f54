import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Me, type Project, ProjectPage, UpdateMe } from '@veogate/shared/contracts/account';
import { PageQuery } from '@veogate/shared/contracts/common';
import { append } from '@veogate/shared/db/audit-repo';
import type { Transaction } from '@veogate/shared/db/client';
import { findPersonalProjectId, listMemberships, type Membership } from '@veogate/shared/db/project-repo';
import { findUser, renameUser } from '@veogate/shared/db/user-repo';
import { AppError } from '@veogate/shared/domain/errors';
import { toPage } from '../../present/page.ts';
import type { Services } from '../../services.ts';

/** `/v1/me` and `/v1/projects`. */
export function accountRoutes({ db }: Services): FastifyPluginAsyncTypebox {
  return async (app) => {
    const tags = ['account'];
    app.get(
      '/v1/me',
      { schema: { tags, summary: 'Who is signed in', response: { 200: Me } } },
      ({ caller }) => show(db, caller.userId),
    );

    app.patch(
      '/v1/me',
      { schema: { tags, summary: 'Change your display name', body: UpdateMe, response: { 200: Me } } },
      ({ caller, body }) =>
        db.$transaction(async (tx) => {
          await renameUser(tx, caller.userId, body.display_name.trim());
          await append(tx, {
            action: 'account.renamed',
            actorId: caller.userId,
            subject: 'user',
            subjectId: caller.userId,
          });
          return show(tx, caller.userId);
        }),
    );

    app.get(
      '/v1/projects',
      { schema: { tags, summary: 'Your projects', querystring: PageQuery, response: { 200: ProjectPage } } },
      async ({ caller, query }) => {
        const rows = await listMemberships(db, caller.userId, query);
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
    created_at: project.createdAt.toISOString(),
  };
}

async function show(db: Transaction, userId: string): Promise<Me> {
  const user = await findUser(db, userId);
  if (!user) throw new AppError('unauthenticated');
  return {
    id: user.id,
    display_name: user.displayName,
    role: user.role,
    personal_project_id: await findPersonalProjectId(db, userId),
    created_at: user.createdAt.toISOString(),
  };
}
