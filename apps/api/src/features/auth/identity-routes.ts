import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { IdentityList, type Identity as IdentityView } from '@veogate/shared/contracts/account';
import { IdParams } from '@veogate/shared/contracts/common';
import { ProviderParams, SignInBegun } from '@veogate/shared/contracts/sign-in';
import { listIdentities, unlinkIdentity } from '@veogate/shared/db/identity-repo';
import type { Identity } from '@veogate/shared/db/rows';
import { AppError } from '@veogate/shared/domain/errors';
import { Type } from 'typebox';
import { checkFresh, member } from '../../access.ts';
import type { Services } from '../../services.ts';
import type { createIdentityProviders } from './identity-providers.ts';
import type { createFlows } from './oauth-flow.ts';

/** Where a browser goes once its identity is linked. */
const ACCOUNT_PAGE = '/account';

interface Needs {
  providerOf: ReturnType<typeof createIdentityProviders>;
  flows: ReturnType<typeof createFlows>;
}

/** The ways into one's own account. */
export function identityRoutes(
  { db }: Pick<Services, 'db'>,
  { providerOf, flows }: Needs,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    const tags = ['account'];
    app.get(
      '/v1/me/identities',
      {
        schema: { tags, summary: 'The ways into your account', response: { 200: IdentityList } },
        config: { access: member('account:read') },
      },
      async ({ caller }) => ({ data: (await listIdentities(db, caller.userId)).map(present) }),
    );

    app.post(
      '/v1/me/identities/:provider',
      {
        schema: {
          tags,
          summary: 'Begin to link a further identity',
          params: ProviderParams,
          response: { 200: SignInBegun },
        },
        config: { access: member() },
      },
      async ({ caller, params }, reply) => {
        const provider = providerOf(params.provider);
        checkFresh(caller);
        if (!caller.session) throw new AppError('session_needed');
        const outbound = await flows.begin(reply, params.provider, {
          purpose: 'link',
          userId: caller.userId,
          sessionIdHash: caller.session.idHash,
          returnTo: ACCOUNT_PAGE,
        });
        return { url: await provider.authorizeUrl(outbound) };
      },
    );

    app.delete(
      '/v1/me/identities/:id',
      {
        schema: { tags, summary: 'Unlink an identity', params: IdParams, response: { 204: Type.Null() } },
        config: { access: member() },
      },
      async ({ caller, params }, reply) => {
        checkFresh(caller);
        const refused = await db.$transaction((tx) => unlinkIdentity(tx, caller.userId, params.id));
        if (refused === 'missing') throw new AppError('not_found');
        if (refused === 'last') throw new AppError('last_identity');
        return reply.code(204).send(null);
      },
    );
  };
}

function present({ id, provider, name, email, createdAt, lastUsedAt }: Identity): IdentityView {
  return {
    id,
    // The column holds nothing else: each way in writes its own.
    provider: provider as IdentityView['provider'],
    name,
    email,
    created_at: createdAt.toISOString(),
    last_used_at: lastUsedAt.toISOString(),
  };
}
