import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Database } from '@veogate/shared/db/client';
import { beginFlow, FLOW_LIFE_MS, type NewFlow, takeFlow } from '@veogate/shared/db/sign-in-flow-repo';
import { AppError } from '@veogate/shared/domain/errors';
import type { OAuthProvider } from '@veogate/shared/domain/profiles';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sha256 } from '../../plugins/session.ts';
import type { Services } from '../../services.ts';
import type { Outbound } from './oauth-client.ts';

/** What a flow is begun for. */
export type Intent = Pick<NewFlow, 'purpose' | 'userId' | 'sessionIdHash' | 'returnTo' | 'invitationHash'>;

/** A flow that came back, to the browser and from the provider that it began with. */
export type ReturnedFlow = NonNullable<Awaited<ReturnType<typeof takeFlow>>>;

/**
 * What ties the answer of a provider to the browser that asked. The row in the database is worth one answer, of one
 * provider, for ten minutes; the browser keeps a secret in a cookie that no page can read, so that nobody can be made
 * to finish a sign-in that another one began.
 */
export function createFlows(config: Pick<Services['config'], 'PUBLIC_URL' | 'PORT'>, db: Database) {
  const isSecure = config.PUBLIC_URL?.startsWith('https:') === true;
  const cookie = isSecure ? '__Host-veogate_flow' : `veogate_flow_${config.PORT}`;
  const attributes = { path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure } as const;

  return {
    /** Hands the browser its secret. */
    async begin(reply: FastifyReply, provider: OAuthProvider, intent: Intent): Promise<Outbound> {
      const [state, browser, verifier, nonce] = [secret(), secret(), secret(), secret()];
      const hashes = { stateHash: sha256(state), browserHash: sha256(browser) };
      await beginFlow(db, { ...intent, ...hashes, provider, verifier, nonce });
      reply.setCookie(cookie, browser, { ...attributes, maxAge: FLOW_LIFE_MS / 1000 });
      const challenge = createHash('sha256').update(verifier).digest('base64url');
      return { state, nonce, challenge };
    },

    /** Throws `sign_in_state` where there is no such flow, of this provider and in this browser. */
    async finish(
      request: FastifyRequest,
      reply: FastifyReply,
      { provider, state }: { provider: OAuthProvider; state: string | undefined },
    ): Promise<ReturnedFlow> {
      const browser = request.cookies[cookie];
      reply.clearCookie(cookie, attributes);
      const flow = state ? await takeFlow(db, sha256(state)) : null;
      const isOurs =
        flow?.provider === provider && browser && timingSafeEqual(flow.browserHash, sha256(browser));
      if (!flow || !isOurs) throw new AppError('sign_in_state');
      return flow;
    },
  };
}

/** 256 bits. */
function secret(): string {
  return randomBytes(32).toString('base64url');
}
