import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Revoked } from '@veogate/shared/contracts/account';
import { AdminUser, AdminUserPage, AdminUserQuery, ChangeUser } from '@veogate/shared/contracts/admin';
import { IdParams } from '@veogate/shared/contracts/common';
import { listUsers, type UserRow } from '@veogate/shared/db/user-admin-repo';
import { toMoney } from '@veogate/shared/db/values';
import { admin, auditor } from '../../access.ts';
import { toPage } from '../../present/page.ts';
import type { Services } from '../../services.ts';
import { createUserService } from './user-service.ts';

/** `/v1/admin/users`. */
export function userRoutes(services: Services): FastifyPluginAsyncTypebox {
  const users = createUserService(services);

  return async (app) => {
    const tags = ['admin'];
    app.get(
      '/v1/admin/users',
      {
        schema: {
          tags,
          summary: 'Accounts, newest first',
          querystring: AdminUserQuery,
          response: { 200: AdminUserPage },
        },
        config: { access: auditor },
      },
      async ({ query: { limit, after, q: text } }) => {
        const rows = await listUsers(services.db, { limit, after, text });
        return toPage(
          rows,
          limit,
          ({ id }) => id,
          (page) => page.map(presentUser),
        );
      },
    );

    app.get(
      '/v1/admin/users/:id',
      {
        schema: { tags, summary: 'One account', params: IdParams, response: { 200: AdminUser } },
        config: { access: auditor },
      },
      async ({ params }) => presentUser(await users.find(params.id)),
    );

    app.patch(
      '/v1/admin/users/:id',
      {
        schema: {
          tags,
          summary: 'Give an account another role or limit, suspend or reinstate it',
          params: IdParams,
          body: ChangeUser,
          response: { 200: AdminUser },
        },
        config: { access: admin },
      },
      async ({ caller, params, body }) => presentUser(await users.change(caller.userId, params.id, body)),
    );

    app.delete(
      '/v1/admin/users/:id/sessions',
      {
        schema: {
          tags,
          summary: 'Sign somebody out everywhere',
          params: IdParams,
          response: { 200: Revoked },
        },
        config: { access: admin },
      },
      async ({ caller, params }) => ({ revoked: await users.endSessions(caller.userId, params.id) }),
    );
  };
}

function presentUser(user: UserRow): AdminUser {
  return {
    id: user.id,
    display_name: user.displayName,
    role: user.role,
    state: user.state,
    suspended_until: user.suspendedUntil?.toISOString() ?? null,
    suspended_reason: user.suspendedReason,
    identities: user.identities,
    allowance: toMoney(user.allowanceAmount, user.allowanceUnit),
    generation_limit: user.generationLimit,
    last_seen_at: user.sessions[0]?.lastSeenAt.toISOString() ?? null,
    created_at: user.createdAt.toISOString(),
  };
}
