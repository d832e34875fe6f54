import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { OAuthProvider } from '@veogate/shared/domain/profiles';
import { answerOf, api } from '../api/client.ts';

const identitiesKey = ['identities'];

/** The accounts elsewhere that let this person in. */
export function useIdentities() {
  return useQuery({
    queryKey: identitiesKey,
    queryFn: async () => (await answerOf(api.GET('/v1/me/identities'))).data,
    staleTime: 0,
  });
}

/** Takes the browser to a provider, to link what somebody is there. It comes back to the account. */
export function useGoToLink() {
  return useMutation({
    mutationFn: async (provider: OAuthProvider) => {
      const { url } = await answerOf(
        api.POST('/v1/me/identities/{provider}', { params: { path: { provider } } }),
      );
      location.assign(url);
    },
  });
}

export function useUnlink() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => answerOf(api.DELETE('/v1/me/identities/{id}', { params: { path: { id } } })),
    // Not waited for: its row goes with the new list, and has something to say before.
    onSuccess: () => void client.invalidateQueries({ queryKey: identitiesKey }),
  });
}
