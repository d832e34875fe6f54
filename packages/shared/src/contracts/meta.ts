import { type Static, Type } from 'typebox';
import { kinds, providerIds } from '../domain/models.ts';
import { accessProfiles, oauthProviders } from '../domain/profiles.ts';
import { closed, Literals, Money, Nullable } from './common.ts';

export const Meta = Type.Object(
  {
    name: Type.Literal('Veogate'),
    version: Type.String(),
    access_profile: Literals(accessProfiles),
    sign_in: Type.Array(
      Type.Object(
        { id: Literals(['launch', 'password', ...oauthProviders]), name: Type.String() },
        { ...closed, description: 'The ways in, in the order to be shown.' },
      ),
    ),
    terms_version: Nullable(Type.String({ description: 'Null: there are none to accept.' })),
    captcha: Type.Boolean({ description: 'Whether newcomers solve a CAPTCHA.' }),
    mode: Literals(['open', 'paused', 'closed', 'lockdown']),
    demo: Type.Boolean({ description: 'Whether a simulated provider is offered.' }),
    providers: Type.Array(
      Type.Object({ id: Literals(providerIds), name: Type.String(), key_hint: Type.String() }, closed),
    ),
    limits: Type.Object(
      {
        upload_max_bytes: Type.Integer(),
        image_max_pixels: Type.Integer(),
        in_flight_per_user: Type.Integer(),
        generations: Nullable(
          Type.Object(
            { count: Type.Integer(), window_seconds: Type.Integer() },
            {
              ...closed,
              description: 'How many a member may begin in a window; null: as many as they like.',
            },
          ),
        ),
        retention_hours: Nullable(
          Type.Integer({ description: 'Null: outputs are kept until they are deleted.' }),
        ),
      },
      closed,
    ),
  },
  closed,
);
export type Meta = Static<typeof Meta>;

const Range = Type.Object({ min: Type.Integer(), max: Type.Integer() }, closed);

export const Model = Type.Object(
  {
    id: Type.String(),
    provider: Literals(providerIds),
    name: Type.String(),
    state: Literals(['available', 'preview', 'retired']),
    output: Literals(['video', 'image']),
    prompt_max: Type.Integer({ description: 'Characters.' }),
    price_per_output: Nullable(Money),
    can_cancel: Type.Boolean({ description: 'Whether the provider can cancel what was submitted.' }),
    expected_seconds: Type.Integer(),
    kinds: Type.Array(
      Type.Object(
        {
          kind: Literals(kinds),
          images: Type.Object(
            {
              min: Type.Integer(),
              max: Type.Integer(),
              roles: Type.Array(Literals(['start', 'end', 'reference'])),
            },
            closed,
          ),
          count: Range,
          params: Type.Array(
            Type.Object(
              { name: Type.String(), values: Type.Array(Type.String()), default: Type.String() },
              closed,
            ),
          ),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type Model = Static<typeof Model>;
export const ModelList = Type.Object({ data: Type.Array(Model) }, closed);

export const Readiness = Type.Object(
  {
    status: Literals(['ready', 'not_ready', 'stopping']),
    database: Type.Boolean(),
    queue: Type.Object({ backend: Literals(['postgres', 'redis']), reachable: Type.Boolean() }, closed),
    storage: Type.Boolean({ description: 'Whether the files are there; without them, all else is served.' }),
    rate_limits: Literals(['shared', 'this_process'], {
      description: 'Whether all processes count requests together.',
    }),
    mode: Nullable(Literals(['open', 'paused', 'closed', 'lockdown'])),
  },
  closed,
);
