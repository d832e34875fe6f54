import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Me, ProjectPage, UpdateMe } from '@veogate/shared/contracts/account';
import { PageQuery } from '@veogate/shared/contracts/common';
import { append } from '@veogate/shared/db/audit-repo';
import type { Transaction } from '@veogate/shared/db/client';
import { findPersonalProjectId, listMemberships } from '@veogate/shared/db/project-repo';
import { findUser, renameUser } from '@veogate/shared/db/user-repo';
import { AppError } from '@veogate/shared/domain/errors';
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
        const page = rows.slice(0, query.limit);
        const hasMore = rows.length > query.limit;
        return {
          data: page.map(({ role, project }) => ({
            id: project.id,
            name: project.name,
            kind: project.kind,
            role,
            created_at: project.createdAt.toISOString(),
          })),
          has_more: hasMore,
          next: hasMore ? (page.at(-1)?.projectId ?? null) : null,
        };
      },
    );
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
