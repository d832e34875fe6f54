import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import {
  BeginSignIn,
  BeginSignInQuery,
  CallbackQuery,
  ProviderParams,
  SignInBegun,
} from '@veogate/shared/contracts/sign-in';
import { AppError } from '@veogate/shared/domain/errors';
import { toLocalPath } from '@veogate/shared/domain/return-to';
import { anyone } from '../../access.ts';
import { sha256 } from '../../plugins/session.ts';
import type { Services } from '../../services.ts';
import { answerFailure } from './callback-page.ts';
import { createIdentityProviders } from './identity-providers.ts';
import { identityRoutes } from './identity-routes.ts';
import { createFlows } from './oauth-flow.ts';
import { createOAuthSignIn } from './oauth-sign-in.ts';

/** Sign-in by identity providers, in profiles `invite` and `public`. */
export function oauthRoutes(services: Services): FastifyPluginAsyncTypebox {
  const providerOf = createIdentityProviders(services.config);
  const flows = createFlows(services.config, services.db);
  const signIn = createOAuthSignIn(services);

  return async (app) => {
    const tags = ['sign-in'];
    const schema = { tags, security: [], params: ProviderParams };
    const config = { access: anyone };

    app.post(
      '/auth/:provider',
      {
        schema: {
          ...schema,
          summary: 'Begin to sign in at an identity provider',
          body: BeginSignIn,
          response: { 200: SignInBegun },
        },
        config,
      },
      async ({ params, body }, reply) => {
        const provider = providerOf(params.provider);
        const { invitation, return_to } = body;
        const outbound = await flows.begin(reply, params.provider, {
          purpose: 'sign_in',
          returnTo: toLocalPath(return_to),
          invitationHash: invitation === undefined ? null : sha256(invitation),
        });
        return { url: await provider.authorizeUrl(outbound) };
      },
    );

    app.get(
      '/auth/:provider',
      {
        schema: {
          ...schema,
          summary: 'Go to an identity provider to sign in',
          querystring: BeginSignInQuery,
        },
        config: { ...config, documentedAnswers: { 302: { description: 'To the provider' } } },
        errorHandler: answerFailure,
      },
      async ({ params, query }, reply) => {
        const provider = providerOf(params.provider);
        const returnTo = toLocalPath(query.return_to);
        const outbound = await flows.begin(reply, params.provider, { purpose: 'sign_in', returnTo });
        return reply.redirect(await provider.authorizeUrl(outbound), 302);
      },
    );

    app.get(
      '/auth/:provider/callback',
      {
        schema: { ...schema, summary: 'Come back from an identity provider', querystring: CallbackQuery },
        config: {
          ...config,
          documentedAnswers: { 303: { description: 'Signed in, or linked: to where the browser wanted' } },
        },
        errorHandler: answerFailure,
      },
      async (request, reply) => {
        const { params, query } = request;
        const identityProvider = providerOf(params.provider);
        try {
          const flow = await flows.finish(request, reply, { ...params, state: query.state });
          if (query.error !== undefined || query.code === undefined) throw new AppError('sign_in_denied');
          const { verifier, nonce, returnTo } = flow;
          const { code, iss } = query;
          const person = await identityProvider.identify({ code, iss, verifier, nonce });
          await signIn.arrive(request, reply, { ...params, person, flow });
          return reply.redirect(returnTo, 303);
        } catch (error) {
          if (error instanceof AppError)
            await signIn.refuse(request, { via: params.provider, reason: error.code });
          throw error;
        }
      },
    );

    await app.register(identityRoutes(services, { providerOf, flows }));
  };
}
