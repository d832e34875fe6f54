import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { PasswordSignIn } from '@veogate/shared/contracts/sign-in';
import type { OAuthProvider } from '@veogate/shared/domain/profiles';
import { call } from '../api/client.ts';
import { tellSessionChanged } from './session-news.ts';

/** Takes the browser to an identity provider. It comes back to `returnTo`, or to the sign-in page with a problem. */
export function useGoToProvider() {
  return useMutation({
    mutationFn: async ({
      provider,
      returnTo,
      invitation,
    }: {
      provider: OAuthProvider;
      returnTo: string;
      invitation?: string | undefined;
    }) => {
      const body = { return_to: returnTo, ...(invitation !== undefined && { invitation }) };
      const { url } = await call<{ url: string }>('POST', `/auth/${provider}`, body);
      location.assign(url);
    },
  });
}

/** Signs in by the team's password. */
export function usePasswordSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: PasswordSignIn) => call<{ claimed: boolean }>('POST', '/auth/password', body),
    // What was sent holds secrets, and is not remembered.
    gcTime: 0,
    onSuccess: async () => {
      tellSessionChanged();
      await client.resetQueries();
    },
  });
}
