import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answerOf, api } from '../api/client.ts';

/** What an invitation link offers; asked without being signed in. */
export function useInvitationPreview(token: string | undefined) {
  return useQuery({
    // The token is a secret, and no part of a key: a tab holds one invitation at a time.
    queryKey: ['invitation'],
    queryFn: () => answerOf(api.POST('/v1/invitations/preview', { body: { token: token ?? '' } })),
    enabled: token !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useAcceptInvitation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (token: string) => answerOf(api.POST('/v1/invitations/accept', { body: { token } })),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['projects'] }),
        client.invalidateQueries({ queryKey: ['me'] }),
      ]),
  });
}
