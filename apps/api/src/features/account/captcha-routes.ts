import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { CaptchaChallenge, SolveCaptcha } from '@veogate/shared/contracts/account';
import { AppError } from '@veogate/shared/domain/errors';
import { Type } from 'typebox';
import { anyone, member } from '../../access.ts';
import type { Services } from '../../services.ts';
import { createCaptcha } from './captcha.ts';

/** `/v1/captcha` and `/v1/me/captcha`. */
export function captchaRoutes(
  services: Pick<Services, 'db' | 'events' | 'config'>,
): FastifyPluginAsyncTypebox {
  const captcha = createCaptcha(services);
  function checkOn(): void {
    if (services.config.CAPTCHA === 'off') throw new AppError('not_found', 'This service has no CAPTCHA.');
  }

  return async (app) => {
    app.get(
      '/v1/captcha',
      {
        schema: {
          tags: ['service'],
          summary: 'A puzzle for the browser to solve (ALTCHA)',
          security: [],
          response: { 200: CaptchaChallenge },
        },
        config: { access: anyone },
      },
      async () => {
        checkOn();
        return { ...(await captcha.challenge()) };
      },
    );

    app.post(
      '/v1/me/captcha',
      {
        schema: {
          tags: ['account'],
          summary: 'Show that you are a person, with a puzzle that was solved',
          body: SolveCaptcha,
          response: { 204: Type.Null() },
        },
        // Whoever is suspended stays suspended.
        config: { access: member(undefined, 'any') },
      },
      async ({ caller, body }, reply) => {
        checkOn();
        await captcha.solve(caller.userId, body.solution);
        return reply.code(204).send(null);
      },
    );
  };
}
