import { createHash, timingSafeEqual } from 'node:crypto';
import cookie from '@fastify/cookie';
import { resolveLocalOwner, resolveSession, type SessionState } from '@veogate/shared/db/session-repo';
import { AppError } from '@veogate/shared/domain/errors';
import type { FastifyInstance, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import plugin from 'fastify-plugin';
import type { Services } from '../services.ts';

/** Whoever signed in, and how. */
export interface Caller {
  userId: string;
  role: SessionState['role'];
  /** Null for a caller with the owner token. */
  sessionIdHash: Uint8Array<ArrayBuffer> | null;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set in the guarded scope; reading it elsewhere throws. */
    caller: Caller;
  }
  interface FastifyInstance {
    requireCaller: onRequestAsyncHookHandler;
    /** Asked again and again by long streams. */
    isStillSignedIn(request: FastifyRequest): Promise<boolean>;
    sessionCookieName: string;
  }
}

/**
 * Finds out who is calling: a browser by its session cookie, a program by `Authorization: Bearer <owner token>`. The
 * look-up joins the user's state and the service mode and is not cached, so that a suspension holds at once.
 */
export const session = plugin(
  async (app: FastifyInstance, { db, config, ownerTokenHash }: Services) => {
    await app.register(cookie);
    const callers = new WeakMap<FastifyRequest, Caller>();
    app.decorateRequest('caller', {
      getter(this: FastifyRequest) {
        const caller = callers.get(this);
        if (!caller) throw new AppError('unauthenticated');
        return caller;
      },
    });
    // Cookies do not know ports: without it, two instances on one machine would sign each other out.
    app.decorate('sessionCookieName', `veogate_${config.PORT}`);

    app.decorate('requireCaller', async (request) => {
      callers.set(request, await identify(request, { use: true }));
    });

    app.decorate('isStillSignedIn', (request: FastifyRequest) =>
      // A page that is merely open is not in use.
      identify(request, { use: false }).then(
        () => true,
        () => false,
      ),
    );

    async function identify(request: FastifyRequest, options: { use: boolean }): Promise<Caller> {
      const { state, sessionIdHash } = await lookUp(request, options);
      if (!state) throw new AppError('unauthenticated');
      if (state.userState !== 'active') throw new AppError('forbidden', 'This account is suspended.');
      const shut = state.mode === 'closed' || state.mode === 'lockdown';
      if (shut && state.role !== 'admin') throw new AppError('service_closed');
      return { userId: state.userId, role: state.role, sessionIdHash };
    }

    async function lookUp(
      request: FastifyRequest,
      options: { use: boolean },
    ): Promise<{ state: SessionState | null; sessionIdHash: Caller['sessionIdHash'] }> {
      const { authorization } = request.headers;
      if (authorization !== undefined) {
        const [scheme, token = ''] = authorization.split(' ');
        const isOwner = scheme?.toLowerCase() === 'bearer' && timingSafeEqual(sha256(token), ownerTokenHash);
        return { state: isOwner ? await resolveLocalOwner(db) : null, sessionIdHash: null };
      }
      const id = request.cookies[app.sessionCookieName];
      if (!id) return { state: null, sessionIdHash: null };
      const sessionIdHash = sha256(id);
      return { state: await resolveSession(db, sessionIdHash, options), sessionIdHash };
    }
  },
  { name: 'session', dependencies: ['errors', 'network'] },
);

/** What stands in the database for a secret that a client keeps. */
export function sha256(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(text).digest());
}
