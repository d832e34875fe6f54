import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { CreateWebhook, UpdateWebhook } from '@veogate/shared/contracts/webhooks';
import { answerOf, api } from '../api/client.ts';
import { cleared } from './clearance.ts';

const webhooksKey = ['webhooks'];
const PAGE = 25;
/** While something is under way. Milliseconds. */
const LOOK_AGAIN_MS = 2_000;

/** All webhooks of this person. */
export function useWebhooks() {
  return useQuery({
    queryKey: webhooksKey,
    queryFn: async () => (await answerOf(api.GET('/v1/webhooks'))).data,
    staleTime: 0,
  });
}

export function useWebhook(id: string) {
  return useQuery({
    queryKey: [...webhooksKey, id],
    queryFn: () => answerOf(api.GET('/v1/webhooks/{id}', of(id))),
    staleTime: 0,
  });
}

/** What was sent to a webhook, newest first; asked for again while something waits to be sent. */
export function useDeliveries(id: string) {
  return useInfiniteQuery({
    queryKey: [...webhooksKey, id, 'deliveries'],
    queryFn: ({ pageParam }) => {
      const query = { limit: PAGE, ...(pageParam !== null && { after: pageParam }) };
      return answerOf(api.GET('/v1/webhooks/{id}/deliveries', { params: { ...of(id).params, query } }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    staleTime: 0,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ data }) => data.some((delivery) => delivery.state === 'pending'))
        ? LOOK_AGAIN_MS
        : false,
  });
}

/** Changes something of webhooks, and reads all of them again. */
function useChange<Input, Output>(mutationFn: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    // An answer may hold a secret, and is not remembered.
    gcTime: 0,
    // Not waited for: what changed it may go with the new list, and has something to say before.
    onSettled: () => void client.invalidateQueries({ queryKey: webhooksKey }),
  });
}

export const useCreateWebhook = () =>
  useChange((body: CreateWebhook) => cleared(() => answerOf(api.POST('/v1/webhooks', { body }))));

export const useUpdateWebhook = (id: string) =>
  useChange((body: UpdateWebhook) => answerOf(api.PATCH('/v1/webhooks/{id}', { ...of(id), body })));

export const useDeleteWebhook = (id: string) =>
  useChange(() => answerOf(api.DELETE('/v1/webhooks/{id}', of(id))));

export const useRotateSecret = (id: string) =>
  useChange(() => answerOf(api.POST('/v1/webhooks/{id}/rotate-secret', of(id))));

export const useTestWebhook = (id: string) =>
  useChange(() => answerOf(api.POST('/v1/webhooks/{id}/test', of(id))));

export const useReplay = (id: string) =>
  useChange((deliveryId: string) => {
    const path = { id, delivery_id: deliveryId };
    return answerOf(api.POST('/v1/webhooks/{id}/deliveries/{delivery_id}/replay', { params: { path } }));
  });

function of(id: string) {
  return { params: { path: { id } } };
}
