import type { AccessProfile } from './profiles.ts';

/** How much of everything somebody may have. Null: as much as they like. */
export interface Limits {
  /** Requests a minute: of an address that is not signed in. */
  anonymous: number | null;
  /** Of a user, from wherever. */
  user: number | null;
  /** Of an address, whoever uses it. */
  address: number | null;
  /** Uploads a minute of a user. */
  uploads: number | null;
  /** What the files of a user may take before nothing new is begun. Bytes. */
  storageBytes: number | null;
  generations: { member: number | null; admin: number | null; windowSeconds: number };
  /** So many minutes with violations within an hour suspend an account, or turn a network away. */
  violations: number | null;
}

/** What the operator may say; 0 switches a limit off. */
interface LimitSettings {
  ACCESS_PROFILE: AccessProfile;
  LIMIT_ANONYMOUS?: number;
  LIMIT_USER?: number;
  LIMIT_ADDRESS?: number;
  LIMIT_UPLOADS?: number;
  LIMIT_GENERATIONS?: number;
  LIMIT_GENERATIONS_ADMIN?: number;
  LIMIT_GENERATIONS_SECONDS: number;
  LIMIT_VIOLATIONS?: number;
  STORAGE_PER_USER_MB?: number;
}

type Counts = Pick<Limits, 'anonymous' | 'user' | 'address' | 'uploads' | 'violations'> & {
  generations: number | null;
  /** Megabytes, of a million bytes. */
  storage: number | null;
};

const OPEN: Counts = {
  anonymous: null,
  user: null,
  address: null,
  uploads: null,
  generations: null,
  violations: null,
  storage: null,
};
/** An office may stand behind one address, so it gets more than any one of its people. */
const GUARDED: Counts = {
  anonymous: 120,
  user: 600,
  address: 1_200,
  uploads: 30,
  generations: 30,
  violations: 10,
  storage: 5_000,
};
const DEFAULTS: Readonly<Record<AccessProfile, Counts>> = {
  local: OPEN,
  password: GUARDED,
  invite: GUARDED,
  public: { ...GUARDED, user: 300, generations: 5 },
};

/** The limits in force: those of the profile, less what was set otherwise. */
export function limitsOf(settings: LimitSettings): Limits {
  const defaults = DEFAULTS[settings.ACCESS_PROFILE];
  const storage = chosen(settings.STORAGE_PER_USER_MB, defaults.storage);
  const generations = chosen(settings.LIMIT_GENERATIONS, defaults.generations);
  return {
    anonymous: chosen(settings.LIMIT_ANONYMOUS, defaults.anonymous),
    user: chosen(settings.LIMIT_USER, defaults.user),
    address: chosen(settings.LIMIT_ADDRESS, defaults.address),
    uploads: chosen(settings.LIMIT_UPLOADS, defaults.uploads),
    storageBytes: storage && storage * 1_000_000,
    generations: {
      member: generations,
      admin: chosen(settings.LIMIT_GENERATIONS_ADMIN, generations),
      windowSeconds: settings.LIMIT_GENERATIONS_SECONDS,
    },
    violations: chosen(settings.LIMIT_VIOLATIONS, defaults.violations),
  };
}

function chosen(setting: number | undefined, otherwise: number | null): number | null {
  return setting === undefined ? otherwise : setting || null;
}
