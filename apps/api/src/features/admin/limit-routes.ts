import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { AdminLimits, limitSettings, OfferModel } from '@veogate/shared/contracts/admin';
import { readSeats } from '@veogate/shared/db/checklist-repo';
import { listWithdrawn, offerModel, withdrawModel } from '@veogate/shared/db/model-repo';
import { invalidField } from '@veogate/shared/domain/errors';
import { listModels } from '@veogate/shared/domain/models';
import { admin, auditor } from '../../access.ts';
import type { Services } from '../../services.ts';

type Needs = Pick<Services, 'db' | 'config' | 'limits'>;

/** `/v1/admin/limits` and `/v1/admin/models`. */
export function limitRoutes({ db, config, limits }: Needs): FastifyPluginAsyncTypebox {
  const models = listModels({ demo: config.SIMULATOR_URL !== undefined });
  const { generations } = limits;
  const set: Record<Exclude<(typeof limitSettings)[number], 'SEATS'>, number | null> = {
    LIMIT_GENERATIONS: generations.member,
    LIMIT_GENERATIONS_ADMIN: generations.admin,
    LIMIT_GENERATIONS_SECONDS: generations.windowSeconds,
    MAX_IN_FLIGHT_PER_USER: config.MAX_IN_FLIGHT_PER_USER,
    MAX_IN_FLIGHT_PER_KEY: config.MAX_IN_FLIGHT_PER_KEY,
    MAX_IN_FLIGHT: config.MAX_IN_FLIGHT,
    STORAGE_PER_USER_MB: limits.storageBytes && limits.storageBytes / 1_000_000,
    RETENTION_HOURS: config.RETENTION_HOURS || null,
    UPLOAD_MAX_BYTES: config.UPLOAD_MAX_BYTES,
    IMAGE_MAX_PIXELS: config.IMAGE_MAX_PIXELS,
    LIMIT_USER: limits.user,
    LIMIT_ADDRESS: limits.address,
    LIMIT_ANONYMOUS: limits.anonymous,
    LIMIT_UPLOADS: limits.uploads,
    LIMIT_SIGN_INS: config.LIMIT_SIGN_INS,
    LIMIT_VIOLATIONS: limits.violations,
  };

  async function read(): Promise<AdminLimits> {
    const seats = await readSeats(db, config.ACCESS_PROFILE, config.SEATS);
    const inForce = { ...set, SEATS: seats || null };
    const withdrawn = new Map((await listWithdrawn(db)).map((each) => [each.model, each]));
    return {
      limits: limitSettings.map((setting) => ({ setting, value: inForce[setting] })),
      models: models.map(({ id, name }) => {
        const { reason, withdrawnAt } = withdrawn.get(id) ?? {};
        return {
          id,
          name,
          withdrawn: reason && withdrawnAt ? { reason, at: withdrawnAt.toISOString() } : null,
        };
      }),
    };
  }

  return async (app) => {
    const tags = ['admin'];
    app.get(
      '/v1/admin/limits',
      {
        schema: {
          tags,
          summary: 'The limits in force, and which models are offered',
          response: { 200: AdminLimits },
        },
        config: { access: auditor },
      },
      read,
    );

    app.put(
      '/v1/admin/models',
      {
        schema: {
          tags,
          summary: 'Withdraw a model, or offer it again; what was begun with it goes on',
          body: OfferModel,
          response: { 200: AdminLimits },
        },
        config: { access: admin },
      },
      async ({ caller: { userId: by }, body: { model, offered, reason = '' } }) => {
        const known = models.map(({ id }) => id);
        if (!known.includes(model)) throw invalidField('model', `There is no model ${model}.`, known);
        if (!offered && reason.trim() === '')
          throw invalidField('reason', 'Say why, for whoever asks for it.');
        await db.$transaction((tx) =>
          offered ? offerModel(tx, { model, by }) : withdrawModel(tx, { model, reason: reason.trim(), by }),
        );
        return read();
      },
    );
  };
}
