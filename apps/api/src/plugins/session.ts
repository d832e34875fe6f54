import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import cookie from '@fastify/cookie';
import {
  type CallerState,
  resolveLocalOwner,
  resolveSession,
  resolveToken,
} from '@veogate/shared/db/session-repo';
import { AppError } from '@veogate/shared/domain/errors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';
import { checkMode, checkState } from '../access.ts';
import type { Services } from '../services.ts';

/** Bits of a session id: what cannot be guessed needs no other defence. */
const SESSION_BYTES = 32;

/** Whoever signed in, and how. */
export type Caller = CallerState;

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is calling, where the route is not for anyone; reading it elsewhere throws. */
    caller: Caller;
    /** Finds out who is calling, once; throws `unauthenticated` where nobody is. */
    identify(): Promise<Caller>;
    /** Whoever was identified already; null where nobody was yet. */
    knownCaller: Caller | null;
    /** Whether somebody is signed in. */
    isKnown(): Promise<boolean>;
    /** Whether somebody claims to be signed in. */
    hasCredentials: boolean;
    /** SHA-256 of the session id in the browser's cookie, whether or not it is one. */
    presentedSession: Uint8Array<ArrayBuffer> | null;
  }
  interface FastifyReply {
    /** Hands a new session to the browser. */
    setSession(id: string, expires: Date): FastifyReply;
    clearSession(): FastifyReply;
  }
  interface FastifyInstance {
    /** Asked again and again by long streams. */
    isStillSignedIn(request: FastifyRequest): Promise<boolean>;
    sessionCookieName: string;
  }
}

/**
 * Finds out who is calling: a browser by its session cookie, a program by `Authorization: Bearer …` with an access
 * token or, in profile `local`, the owner token. The look-up joins the user's state and the service mode and is not
 * cached, so that a suspension holds at once.
 */
export const session = plugin(
  async (app: FastifyInstance, { db, reader, config, ownerTokenHash, teamPasswordHash }: Services) => {
    await app.register(cookie);
    const isSecure = config.PUBLIC_URL?.startsWith('https:') === true;
    // Browsers take a `__Host-` cookie from nobody but this very host, over HTTPS. Without HTTPS cookies do not even
    // know ports: two instances on one machine would sign each other out.
    const name = isSecure ? '__Host-veogate' : `veogate_${config.PORT}`;
    app.decorate('sessionCookieName', name);
    const attributes = { path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure } as const;

    const callers = new WeakMap<FastifyRequest, Promise<Caller>>();
    const known = new WeakMap<FastifyRequest, Caller>();
    app.decorateRequest('caller', {
      getter(this: FastifyRequest) {
        const caller = this.knownCaller;
        if (!caller) throw new AppError('unauthenticated');
        return caller;
      },
    });
    app.decorateRequest('identify', async function (this: FastifyRequest) {
      const finding = callers.get(this) ?? identify(this, { use: true });
      callers.set(this, finding);
      const caller = await finding;
      known.set(this, caller);
      return caller;
    });
    app.decorateRequest('knownCaller', {
      getter(this: FastifyRequest) {
        return known.get(this) ?? null;
      },
    });
    app.decorateRequest('hasCredentials', {
      getter(this: FastifyRequest) {
        return this.headers.authorization !== undefined || this.presentedSession !== null;
      },
    });
    app.decorateRequest('isKnown', async function (this: FastifyRequest) {
      if (!this.hasCredentials) return false;
      try {
        await this.identify();
        return true;
      } catch (error) {
        if (error instanceof AppError && error.code === 'unauthenticated') return false;
        throw error;
      }
    });
    app.decorateRequest('presentedSession', {
      getter(this: FastifyRequest) {
        const id = this.cookies[name];
        return id ? sha256(id) : null;
      },
    });
    app.decorateReply('setSession', function (this: FastifyReply, id: string, expires: Date) {
      return this.setCookie(name, id, { ...attributes, expires });
    });
    app.decorateReply('clearSession', function (this: FastifyReply) {
      return this.clearCookie(name, attributes);
    });

    app.decorate('isStillSignedIn', async (request: FastifyRequest) => {
      try {
        // A page that is merely open is not in use.
        const caller = await identify(request, { use: false });
        checkMode(caller);
        checkState(caller);
        return true;
      } catch {
        return false;
      }
    });

    async function identify(request: FastifyRequest, { use }: { use: boolean }): Promise<Caller> {
      const from = { use, address: request.ip, teamPasswordHash };
      const caller = await lookUp(request, from);
      if (!caller) throw new AppError('unauthenticated');
      return caller;
    }

    async function lookUp(
      request: FastifyRequest,
      from: Parameters<typeof resolveSession>[2],
    ): Promise<Caller | null> {
      const { authorization } = request.headers;
      if (authorization === undefined) {
        const { presentedSession } = request;
        return presentedSession && resolveSession({ db, reader }, presentedSession, from);
      }
      const [scheme, token = ''] = authorization.split(' ');
      if (scheme?.toLowerCase() !== 'bearer' || !token) return null;
      const hash = sha256(token);
      if (ownerTokenHash && timingSafeEqual(hash, ownerTokenHash)) return resolveLocalOwner(db);
      return resolveToken({ db, reader }, hash, from);
    }
  },
  { name: 'session', dependencies: ['errors', 'network'] },
);

/** A new session id; the database knows its hash alone. */
export function newSessionId(): { id: string; idHash: Uint8Array<ArrayBuffer> } {
  const id = randomBytes(SESSION_BYTES).toString('base64url');
  return { id, idHash: sha256(id) };
}

/** What stands in the database for a secret that a client keeps. */
export function sha256(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(text).digest());
}
