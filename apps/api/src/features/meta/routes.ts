import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Meta, ModelList, type Model as ModelView } from '@veogate/shared/contracts/meta';
import { readMode } from '@veogate/shared/db/mode-repo';
import { listWithdrawn } from '@veogate/shared/db/model-repo';
import { type Kind, type KindRules, listModels, type Model } from '@veogate/shared/domain/models';
import { times } from '@veogate/shared/domain/money';
import { configuredProviders } from '@veogate/shared/domain/profiles';
import { anyone } from '../../access.ts';
import type { Services } from '../../services.ts';

const VERSION = '0.1.0';

/** `/v1/meta` and `/v1/models`: what a client needs to know before it signs in. */
export function metaRoutes({ db, config, limits, latencies }: Services): FastifyPluginAsyncTypebox {
  const demo = config.SIMULATOR_URL !== undefined;
  const models = listModels({ demo });

  return async (app) => {
    const tags = ['service'];
    app.get(
      '/v1/meta',
      {
        schema: { tags, summary: 'This service and its limits', security: [], response: { 200: Meta } },
        config: { access: anyone },
      },
      async () => ({
        name: 'Veogate' as const,
        version: VERSION,
        access_profile: config.ACCESS_PROFILE,
        sign_in: waysIn(config),
        terms_version: config.TERMS_VERSION ?? null,
        captcha: config.CAPTCHA !== 'off',
        mode: await readMode(db),
        demo,
        providers: [
          ...(demo ? [{ id: 'demo' as const, name: 'Demo (simulated)', key_hint: 'begins with eyJ' }] : []),
          { id: 'genaipro' as const, name: 'GenAIPro', key_hint: 'begins with eyJ' },
        ],
        limits: {
          upload_max_bytes: config.UPLOAD_MAX_BYTES,
          image_max_pixels: config.IMAGE_MAX_PIXELS,
          in_flight_per_user: config.MAX_IN_FLIGHT_PER_USER,
          generations: limits.generations.member
            ? { count: limits.generations.member, window_seconds: limits.generations.windowSeconds }
            : null,
          retention_hours: config.RETENTION_HOURS || null,
        },
      }),
    );

    app.get(
      '/v1/models',
      {
        schema: {
          tags,
          summary: 'What each model accepts, costs and needs',
          security: [],
          response: { 200: ModelList },
        },
        config: { access: anyone },
      },
      async () => {
        const withdrawn = new Set((await listWithdrawn(db)).map(({ model }) => model));
        const offer = async (model: Model) => {
          const shown = presentModel(model, (await latencies.of(model.id)).p50Ms);
          return withdrawn.has(model.id) ? { ...shown, state: 'retired' as const } : shown;
        };
        return { data: await Promise.all(models.map(offer)) };
      },
    );
  };
}

/** The ways in, in the order to be shown. */
function waysIn(config: Services['config']): Meta['sign_in'] {
  if (config.ACCESS_PROFILE === 'local') return [{ id: 'launch', name: 'Launch link' }];
  if (config.ACCESS_PROFILE === 'password') return [{ id: 'password', name: 'Team password' }];
  const names = { google: 'Google', github: 'GitHub', oidc: config.OAUTH_OIDC_NAME };
  return configuredProviders(config).map((id) => ({ id, name: names[id] }));
}

function presentModel(model: Model, expectedMs: number): ModelView {
  const { id, provider, name, state, output, promptMax, price, cancel } = model;
  return {
    id,
    provider,
    name,
    state,
    output,
    prompt_max: promptMax,
    price_per_output: price && times(price.perOutput, 1, price.unit),
    can_cancel: cancel,
    expected_seconds: Math.ceil(expectedMs / 1000),
    kinds: (Object.entries(model.kinds) as [Kind, KindRules][]).map(([kind, { images, count, params }]) => ({
      kind,
      images: { ...images, roles: [...images.roles] },
      count,
      params: Object.entries(params).map(([name, rule]) => ({
        name,
        values: [...rule.values],
        default: rule.default,
      })),
    })),
  };
}
