/** Who may come in: one person on this machine, a team with a password, invited people, anyone. */
export const accessProfiles = ['local', 'password', 'invite', 'public'] as const;
export type AccessProfile = (typeof accessProfiles)[number];

/** The identity providers that a person can sign in with. */
export const oauthProviders = ['google', 'github', 'oidc'] as const;
export type OAuthProvider = (typeof oauthProviders)[number];

/** Whether people come in by an identity provider there. */
export function signsInByOAuth(profile: AccessProfile): boolean {
  return profile === 'invite' || profile === 'public';
}

/** What of the settings tells which identity providers there are. */
interface ProviderSettings {
  OAUTH_GOOGLE_CLIENT_ID?: string;
  OAUTH_GITHUB_CLIENT_ID?: string;
  OAUTH_OIDC_CLIENT_ID?: string;
}

/** The identity providers that are set up, in the order to be shown. */
export function configuredProviders(settings: ProviderSettings): OAuthProvider[] {
  const ids = {
    google: settings.OAUTH_GOOGLE_CLIENT_ID,
    github: settings.OAUTH_GITHUB_CLIENT_ID,
    oidc: settings.OAUTH_OIDC_CLIENT_ID,
  };
  return oauthProviders.filter((provider) => ids[provider] !== undefined);
}
