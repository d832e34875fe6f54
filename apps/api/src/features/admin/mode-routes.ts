import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { ServiceMode, SetMode } from '@veogate/shared/contracts/mode';
import { measureLockdown } from '@veogate/shared/db/lockdown-repo';
import { changeMode, readModeState } from '@veogate/shared/db/mode-repo';
import { AppError, invalidField } from '@veogate/shared/domain/errors';
import { hintNotices } from '@veogate/shared/jobs/hint-notices';
import { admin, auditor } from '../../access.ts';
import type { Services } from '../../services.ts';

type Needs = Pick<Services, 'db' | 'events' | 'queues' | 'sealer' | 'config'>;

/** `/v1/admin/mode`: the off switch. */
export function modeRoutes({ db, events, queues, sealer, config }: Needs): FastifyPluginAsyncTypebox {
  async function show(): Promise<ServiceMode> {
    const { mode, reason, changedAt, changedBy } = await readModeState(db);
    return {
      mode,
      reason,
      changed_at: changedAt.toISOString(),
      changed_by: changedBy,
      sends_mail: config.SMTP_URL !== undefined,
      lockdown: await measureLockdown(db),
    };
  }

  return async (app) => {
    const tags = ['admin'];
    app.get(
      '/v1/admin/mode',
      {
        schema: {
          tags,
          summary: 'The off switch, and what a lockdown would cost',
          response: { 200: ServiceMode },
        },
        config: { access: auditor },
      },
      show,
    );

    app.put(
      '/v1/admin/mode',
      {
        schema: {
          tags,
          summary: 'Move the off switch',
          description:
            'It holds with the answer, in every process and across restarts. After a lockdown an operator leads the service back, on the server.',
          body: SetMode,
          response: { 200: ServiceMode },
        },
        config: { access: admin },
      },
      async ({ caller, body, ip }) => {
        const { mode, reason = null, confirm } = body;
        if (mode === 'lockdown' && confirm !== 'lockdown')
          throw invalidField(
            'confirm',
            'Write lockdown here: it erases every stored key, and cannot be undone.',
          );
        // Nothing is sealed any more to a ring that may have been taken, whether or not it was used.
        const ringIds = mode === 'lockdown' ? await sealer.ringIds() : [];
        const changed = await db.$transaction((tx) =>
          changeMode(tx, { mode, reason: reason?.trim() ?? null, by: caller.userId, address: ip, ringIds }),
        );
        if ('locked' in changed) throw new AppError('locked_down');
        events.serviceChanged(mode);
        if (changed.lockedDown) await hintNotices(queues, changed.lockedDown.noticeIds);
        // What waited goes on, or what cannot go on ends.
        await queues.hint('sweep', {});
        return show();
      },
    );
  };
}
