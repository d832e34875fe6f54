import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { DeleteMe } from '@veogate/shared/contracts/account';
import { beginLeaving } from '@veogate/shared/db/leaving-repo';
import { findUser } from '@veogate/shared/db/user-repo';
import { AppError, invalidField } from '@veogate/shared/domain/errors';
import { Type } from 'typebox';
import { checkFresh, member } from '../../access.ts';
import type { Services } from '../../services.ts';

type Needs = Pick<Services, 'db' | 'events' | 'queues'>;

/** `DELETE /v1/me`. */
export function deletionRoutes({ db, events, queues }: Needs): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.delete(
      '/v1/me',
      {
        schema: {
          tags: ['account'],
          summary: 'Delete your account and everything in it',
          description:
            'Shut at once; erased once what a provider was asked for already is collected. It cannot be undone.',
          body: DeleteMe,
          response: { 204: Type.Null() },
        },
        config: { access: member() },
      },
      async ({ caller, body, ip }, reply) => {
        const { userId } = caller;
        const user = await findUser(db, userId);
        if (user?.localOwner)
          throw new AppError('forbidden', 'This account is the installation: to delete it, delete its data.');
        checkFresh(caller);
        if (body.confirm.trim() !== user?.displayName)
          throw invalidField('confirm', 'It is not your display name.');
        const retired = await db.$transaction((tx) => beginLeaving(tx, userId, ip));
        if (!retired) throw new AppError('last_admin');
        events.accountChanged(userId);
        events.changed(...retired.canceled);
        events.keyChanged(...retired.keys);
        await queues.hint('purge-account', { userId }, { jobId: userId });
        return reply.clearSession().code(204).send(null);
      },
    );
  };
}
