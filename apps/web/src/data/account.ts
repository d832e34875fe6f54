import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CreateToken } from '@veogate/shared/contracts/account';
import { answerOf, api, call } from '../api/client.ts';
import { tellSessionChanged } from './session-news.ts';

const sessionsKey = ['sessions'];
const tokensKey = ['tokens'];

export function useRenameMe() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => answerOf(api.PATCH('/v1/me', { body: { display_name: name } })),
    onSuccess: (me) => client.setQueryData(['me'], me),
  });
}

/** Where this account is signed in. */
export function useSessions() {
  return useQuery({
    queryKey: sessionsKey,
    queryFn: async () => (await answerOf(api.GET('/v1/me/sessions'))).data,
    staleTime: 0,
  });
}

export function useEndSession() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => answerOf(api.DELETE('/v1/me/sessions/{id}', { params: { path: { id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: sessionsKey }),
  });
}

/** Ends every session but this one. */
export function useEndOtherSessions() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => answerOf(api.DELETE('/v1/me/sessions')),
    onSuccess: () => client.invalidateQueries({ queryKey: sessionsKey }),
  });
}

/** What programs may use in this person's name. */
export function useTokens() {
  return useQuery({
    queryKey: tokensKey,
    queryFn: async () => (await answerOf(api.GET('/v1/me/tokens'))).data,
    staleTime: 0,
  });
}

export function useCreateToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: CreateToken) => answerOf(api.POST('/v1/me/tokens', { body })),
    // The answer holds the token itself, and is not remembered.
    gcTime: 0,
    onSuccess: () => client.invalidateQueries({ queryKey: tokensKey }),
  });
}

export function useRevokeToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => answerOf(api.DELETE('/v1/me/tokens/{id}', { params: { path: { id } } })),
    // Not waited for: its row goes with the new list, and has something to say before.
    onSuccess: () => void client.invalidateQueries({ queryKey: tokensKey }),
  });
}

/** Deletes the account; it is signed out by it. */
export function useDeleteMe() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (confirm: string) => answerOf(api.DELETE('/v1/me', { body: { confirm } })),
    onSuccess: async () => {
      tellSessionChanged();
      await client.resetQueries();
    },
  });
}

/** Becomes the first administrator. */
export function useClaimAdmin() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (code: string) => call<undefined>('POST', '/v1/me/claim-admin', { code }),
    // Not waited for: what asked for it goes with the answer, and has something to say before.
    onSuccess: () => void client.invalidateQueries({ queryKey: ['me'] }),
  });
}
