import type { SafetySettings, Verdict } from './facts.ts';

const NAMES = {
  Google: ['OAUTH_GOOGLE_CLIENT_ID', 'OAUTH_GOOGLE_CLIENT_SECRET'],
  GitHub: ['OAUTH_GITHUB_CLIENT_ID', 'OAUTH_GITHUB_CLIENT_SECRET'],
  OpenID: ['OAUTH_OIDC_CLIENT_ID', 'OAUTH_OIDC_CLIENT_SECRET', 'OAUTH_OIDC_ISSUER'],
} as const;

/** The identity providers of which anything is set, and what of each is not. */
export function readProviders(settings: SafetySettings): { name: string; absent: string[] }[] {
  return Object.entries(NAMES)
    .map(([name, needed]) => ({
      name,
      needed: needed.length,
      absent: needed.filter((variable) => !settings[variable]),
    }))
    .filter(({ needed, absent }) => absent.length < needed);
}

/** At least one, and none by halves: the sign-in page would offer what cannot work. */
export function judgeOAuth(settings: SafetySettings): Verdict {
  const providers = readProviders(settings);
  if (providers.length === 0) {
    return {
      wrong: 'No identity provider is set up, so nobody could sign in.',
      mend: 'Set the client id and secret of Google, GitHub or an OpenID provider, such as OAUTH_GOOGLE_CLIENT_ID and OAUTH_GOOGLE_CLIENT_SECRET_FILE.',
    };
  }
  const halves = providers.filter(({ absent }) => absent.length > 0);
  if (halves.length > 0) {
    return {
      wrong: `${halves.map(({ name }) => name).join(' and ')} is not fully set up.`,
      mend: `Set ${halves.flatMap(({ absent }) => absent).join(' and ')} too.`,
    };
  }
  return { ok: `People sign in with ${providers.map(({ name }) => name).join(' or ')}.` };
}
