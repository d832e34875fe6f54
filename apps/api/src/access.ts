import type { CallerState } from '@veogate/shared/db/session-repo';
import { AppError } from '@veogate/shared/domain/errors';
import { isShut } from '@veogate/shared/domain/modes';
import type { Scope } from '@veogate/shared/domain/scopes';

/**
 * Who may call a route. Every route declares it in its `config`; the plugin `access` refuses to start with one that
 * does not, and test/authorisation.test.ts tries each with everybody.
 */
export type Access =
  | { who: 'anyone' }
  | {
      who: 'member' | 'auditor' | 'admin';
      /** What a token must be allowed to do; where left out, no token may call it. */
      scope?: Scope;
      /**
       * `any`: also whoever is suspended or leaving. `cleared`: once the terms are accepted and the CAPTCHA is solved;
       * for whatever begins or stores something.
       */
      standing?: 'any' | 'cleared';
    };

/** Nobody need be signed in. */
export const anyone: Access = { who: 'anyone' };

/** Whoever is signed in: with a browser, or with a token of this scope. */
export const member = (scope?: Scope, standing?: 'any' | 'cleared'): Access => ({
  who: 'member',
  ...(scope && { scope }),
  ...(standing && { standing }),
});

/** Whoever may read what administrators see. */
export const auditor: Access = { who: 'auditor', scope: 'admin:read' };

/** Administrators alone. */
export const admin: Access = { who: 'admin', scope: 'admin:write' };

/** Throws where the service is closed to this person. */
export function checkMode({ mode, role }: Pick<CallerState, 'mode' | 'role'>): void {
  if (isShut(mode) && role !== 'admin') throw new AppError('service_closed');
}

/** Throws where the account may not do anything right now. */
export function checkState({ userState }: Pick<CallerState, 'userState'>): void {
  if (userState === 'suspended') throw new AppError('suspended');
  if (userState === 'leaving') throw new AppError('account_leaving');
}

/** How long ago somebody may have signed in who does what outlasts the session or cannot be undone. */
const FRESH_MS = 30 * 60_000;

/** Throws where a browser was signed in too long ago: whoever finds it open must not get further than this. */
export function checkFresh({ session }: Pick<CallerState, 'session'>): void {
  if (session && Date.now() - session.createdAt.getTime() > FRESH_MS) throw new AppError('sign_in_again');
}
