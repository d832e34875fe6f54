import { type Static, Type } from 'typebox';
import { accessProfiles } from '../domain/profiles.ts';
import { roles } from './account.ts';
import { closed, Id, Literals, Money, Nullable, Page, PageQuery, Time } from './common.ts';

/** What is safe about this service, and what is not: the same as `npm run ops -- doctor` prints. */
export const SafetyReport = Type.Object(
  {
    profile: Literals(accessProfiles),
    risk: Literals(['none', 'low', 'medium', 'guarded', 'high'], {
      description: '`high`: something that the profile requires is missing.',
    }),
    your_address: Type.String({
      description: 'As the service sees it. If it is your proxy’s, TRUSTED_PROXIES is wrong.',
    }),
    checks: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          title: Type.String(),
          state: Literals(['ok', 'warning', 'missing']),
          required: Type.Boolean({ description: 'Whether the service refuses to start without it.' }),
          finding: Type.String(),
          mend: Nullable(Type.String()),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type SafetyReport = Static<typeof SafetyReport>;

export const AdminUser = Type.Object(
  {
    id: Id,
    display_name: Type.String(),
    role: Literals(roles),
    state: Literals(['active', 'suspended', 'leaving']),
    suspended_until: Nullable(Time),
    suspended_reason: Nullable(Type.String()),
    identities: Type.Array(Type.Object({ provider: Type.String(), email: Nullable(Type.String()) }, closed)),
    allowance: Nullable(Money),
    generation_limit: Nullable(
      Type.Integer({ description: 'Of their own, within the service’s window; null: what the role may.' }),
    ),
    last_seen_at: Nullable(Time),
    created_at: Time,
  },
  closed,
);
export type AdminUser = Static<typeof AdminUser>;
export const AdminUserPage = Page(AdminUser);
export const AdminUserQuery = Type.Object(
  {
    ...PageQuery.properties,
    q: Type.Optional(
      Type.String({ maxLength: 200, description: 'Part of a name or an e-mail address, or an id.' }),
    ),
  },
  closed,
);

export const ChangeUser = Type.Object(
  {
    role: Type.Optional(Literals(roles)),
    state: Type.Optional(Literals(['active', 'suspended'])),
    suspended_for_hours: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 8_760, description: 'Left out: until it is lifted.' }),
    ),
    suspended_reason: Type.Optional(
      Type.String({ minLength: 1, maxLength: 300, description: 'The suspended person reads it.' }),
    ),
    generation_limit: Type.Optional(
      Nullable(
        Type.Integer({
          minimum: 1,
          maximum: 100_000,
          description: 'Generations within the service’s window; null: what the role may.',
        }),
      ),
    ),
  },
  { ...closed, minProperties: 1 },
);
export type ChangeUser = Static<typeof ChangeUser>;

export const BlockedNetworks = Type.Object(
  {
    data: Type.Array(
      Type.Object(
        {
          network: Type.String({ description: 'An IPv4 address, or the /64 of an IPv6 address.' }),
          reason: Type.String(),
          until: Time,
          created_at: Time,
        },
        closed,
      ),
    ),
  },
  closed,
);
export type BlockedNetworks = Static<typeof BlockedNetworks>;

/** The settings that limit something, in the order to be shown. */
export const limitSettings = [
  ...(['LIMIT_GENERATIONS', 'LIMIT_GENERATIONS_ADMIN', 'LIMIT_GENERATIONS_SECONDS'] as const),
  ...(['MAX_IN_FLIGHT_PER_USER', 'MAX_IN_FLIGHT_PER_KEY', 'MAX_IN_FLIGHT'] as const),
  ...(['STORAGE_PER_USER_MB', 'RETENTION_HOURS', 'UPLOAD_MAX_BYTES', 'IMAGE_MAX_PIXELS'] as const),
  ...(['LIMIT_USER', 'LIMIT_ADDRESS', 'LIMIT_ANONYMOUS', 'LIMIT_UPLOADS'] as const),
  ...(['LIMIT_SIGN_INS', 'LIMIT_VIOLATIONS', 'SEATS'] as const),
] as const;

export const AdminLimits = Type.Object(
  {
    limits: Type.Array(
      Type.Object(
        {
          setting: Literals(limitSettings, {
            description: 'The setting that changes it, from the next start.',
          }),
          value: Nullable(Type.Number({ description: 'In force now; null: none.' })),
        },
        closed,
      ),
    ),
    models: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          name: Type.String(),
          withdrawn: Nullable(Type.Object({ reason: Type.String(), at: Time }, closed)),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type AdminLimits = Static<typeof AdminLimits>;

export const OfferModel = Type.Object(
  {
    model: Type.String({ maxLength: 100 }),
    offered: Type.Boolean(),
    reason: Type.Optional(
      Type.String({ minLength: 1, maxLength: 300, description: 'Whoever asks for it reads it.' }),
    ),
  },
  closed,
);
export type OfferModel = Static<typeof OfferModel>;
