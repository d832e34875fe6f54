import { AppError } from '@veogate/shared/domain/errors';
import type { FastifyInstance, RouteOptions } from 'fastify';
import plugin from 'fastify-plugin';
import { type Access, checkMode, checkState } from '../access.ts';
import type { Services } from '../services.ts';
import type { Caller } from './session.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every route of ours has one; what the framework adds by itself has none, and is never reached. */
    access?: Access;
  }
}

const RANKS = { member: 0, auditor: 1, admin: 2 } as const;

/**
 * Lets a request through where its route says so, before anything of it is read. A route that says nothing keeps the
 * service from starting: whoever adds one decides who may call it.
 */
export const access = plugin(
  async (app: FastifyInstance, { config }: Services) => {
    const declared: RouteOptions[] = [];
    app.addHook('onRoute', (route) => {
      declared.push(route);
    });
    app.addHook('onReady', async () => {
      const silent = declared.filter(({ config }) => !config?.access);
      if (silent.length === 0) return;
      throw new Error(
        `Who may call these? ${silent.map(({ method, url }) => `${method} ${url}`).join(', ')}`,
      );
    });

    app.addHook('onRequest', async (request) => {
      // Nothing to protect: an address without a route.
      if (request.is404) return;
      const wanted = request.routeOptions.config.access;
      if (!wanted) throw new AppError('forbidden');
      if (wanted.who === 'anyone') return;
      const caller = await request.identify();
      const { standing } = wanted;
      checkMode(caller);
      if (standing !== 'any') checkState(caller);
      if (RANKS[caller.role] < RANKS[wanted.who])
        throw new AppError('role_missing', `It needs the role ${wanted.who}.`);
      checkToken(caller, wanted.scope);
      if (standing === 'cleared') checkCleared(caller);
    });

    function checkCleared({ termsVersion, captchaDue }: Caller): void {
      if (config.TERMS_VERSION && termsVersion !== config.TERMS_VERSION) throw new AppError('terms_required');
      if (captchaDue && config.CAPTCHA !== 'off') throw new AppError('captcha_required');
    }
  },
  { name: 'access', dependencies: ['errors', 'session'] },
);

function checkToken({ token }: Caller, scope: string | undefined): void {
  if (!token) return;
  if (!scope) throw new AppError('session_needed');
  if (!token.scopes.includes(scope))
    throw new AppError('scope_missing', `The token needs the scope ${scope}.`);
}
