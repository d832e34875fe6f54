import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ChangeUser, OfferModel } from '@veogate/shared/contracts/admin';
import { answerOf, api } from '../api/client.ts';
import type { CreateInvitation } from '../api/types.ts';

const PAGE = 50;

/** Accounts, newest first. */
export function usePeople(q: string) {
  return useInfiniteQuery({
    queryKey: ['admin', 'people', q],
    queryFn: ({ pageParam }) => {
      const query = { limit: PAGE, ...(pageParam !== null && { after: pageParam }), ...(q && { q }) };
      return answerOf(api.GET('/v1/admin/users', { params: { query } }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    staleTime: 0,
  });
}

export function useChangeUser(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: ChangeUser) =>
      answerOf(api.PATCH('/v1/admin/users/{id}', { params: { path: { id } }, body })),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['admin', 'people'] }),
        client.invalidateQueries({ queryKey: ['me'] }),
      ]),
  });
}

/** Signs somebody out everywhere. */
export function useSignOutUser(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => answerOf(api.DELETE('/v1/admin/users/{id}/sessions', { params: { path: { id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['admin', 'people'] }),
  });
}

/** Networks that are turned away for a while. */
export function useBlockedNetworks() {
  return useQuery({
    queryKey: ['admin', 'networks'],
    queryFn: () => answerOf(api.GET('/v1/admin/blocked-networks')),
    staleTime: 0,
  });
}

export function useUnblockNetwork() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (network: string) =>
      answerOf(api.DELETE('/v1/admin/blocked-networks/{network}', { params: { path: { network } } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['admin', 'networks'] }),
  });
}

/** The limits in force, and which models are offered. */
export function useLimits() {
  return useQuery({
    queryKey: ['admin', 'limits'],
    queryFn: () => answerOf(api.GET('/v1/admin/limits')),
    staleTime: 0,
  });
}

/** Withdraws a model, or offers it again. */
export function useOfferModel() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: OfferModel) => answerOf(api.PUT('/v1/admin/models', { body })),
    onSuccess: (limits) => client.setQueryData(['admin', 'limits'], limits),
    onSettled: () => client.invalidateQueries({ queryKey: ['models'] }),
  });
}

export function useInvitations() {
  return useInfiniteQuery({
    queryKey: ['admin', 'invitations'],
    queryFn: ({ pageParam }) => {
      const query = { limit: PAGE, ...(pageParam !== null && { after: pageParam }) };
      return answerOf(api.GET('/v1/admin/invitations', { params: { query } }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    staleTime: 0,
  });
}

export function useInvite() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: CreateInvitation) => answerOf(api.POST('/v1/admin/invitations', { body })),
    // The answer may hold a link that is shown this once.
    gcTime: 0,
    onSuccess: () => client.invalidateQueries({ queryKey: ['admin', 'invitations'] }),
  });
}

export function useRevokeInvitation() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      answerOf(api.DELETE('/v1/admin/invitations/{id}', { params: { path: { id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['admin', 'invitations'] }),
  });
}

/** What is safe about this service, and what is not. */
export function useSafety() {
  return useQuery({
    queryKey: ['admin', 'safety'],
    queryFn: () => answerOf(api.GET('/v1/admin/safety')),
    staleTime: 0,
  });
}
