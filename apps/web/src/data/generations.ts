import {
  type QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { answerOf, api } from '../api/client.ts';
import type { Generation, GenerationPage, NewGeneration } from '../api/types.ts';
import { refreshBudgets } from './budgets.ts';
import { cleared } from './clearance.ts';
import {
  applyGeneration,
  type Filters,
  forgetGeneration,
  generationKeys,
  unfinishedStatuses,
} from './generation-cache.ts';

const PAGE = 24;
/** How often a queue position is read again: what moves ahead of it sends no event. Milliseconds. */
const QUEUE_MS = 5_000;

/** Everything in flight, newest first. */
export function useUnfinished() {
  return useQuery({
    queryKey: generationKeys.unfinished,
    queryFn: async () => {
      const all: Generation[] = [];
      for (let after: string | null = null; ; ) {
        const page: GenerationPage = await readPage({}, after, 100, [...unfinishedStatuses]);
        all.push(...page.data);
        if (page.next === null) return all;
        after = page.next;
      }
    },
    refetchInterval: ({ state }) =>
      state.data?.some(({ status }) => status === 'queued') ? QUEUE_MS : false,
  });
}

/** Generations, newest first, page by page. */
export function useGenerations(filters: Filters) {
  return useInfiniteQuery({
    queryKey: generationKeys.list(filters),
    queryFn: ({ pageParam }) => readPage(filters, pageParam, PAGE),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });
}

export function useGeneration(id: string) {
  return useQuery({
    queryKey: generationKeys.one(id),
    queryFn: () => answerOf(api.GET('/v1/generations/{id}', { params: { path: { id } } })),
  });
}

function readPage(
  { status, kind, model, project, pinned, q }: Filters,
  after: string | null,
  limit: number,
  statuses = status && [status],
): Promise<GenerationPage> {
  const query = {
    limit,
    ...(after !== null && { after }),
    ...(statuses && { status: statuses }),
    ...(kind && { kind }),
    ...(model && { model }),
    ...(project && { project_id: project }),
    ...(pinned && { pinned: 'true' as const }),
    ...(q && { q }),
  };
  return answerOf(api.GET('/v1/generations', { params: { query } }));
}

/**
 * Begins a generation. `idempotencyKey` makes it safe to send again after a lost answer: the same key and body begin
 * one generation at the most.
 */
export function useGenerate() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ body, idempotencyKey }: { body: NewGeneration; idempotencyKey: string }) =>
      cleared(() =>
        answerOf(
          api.POST('/v1/generations', {
            body,
            params: { header: { 'idempotency-key': idempotencyKey } },
          }),
        ),
      ),
    onSuccess: (generation) => {
      applyGeneration(client, generation);
      refreshBudgets(client);
    },
  });
}

type Action = 'cancel' | 'retry' | 'look_again' | 'dismiss' | 'pin' | 'unpin';

/** What its owner may do with a generation. */
export function useAct(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (action: Action): Promise<Generation> => {
      const params = { path: { id } };
      switch (action) {
        case 'cancel':
          return answerOf(api.POST('/v1/generations/{id}/cancel', { params }));
        case 'pin':
          return answerOf(api.PUT('/v1/generations/{id}/pin', { params }));
        case 'unpin':
          return answerOf(api.DELETE('/v1/generations/{id}/pin', { params }));
        case 'retry': {
          const header = { 'idempotency-key': crypto.randomUUID() };
          return cleared(() =>
            answerOf(api.POST('/v1/generations/{id}/retry', { params: { ...params, header } })),
          );
        }
        default:
          return answerOf(api.POST('/v1/generations/{id}/resolve', { params, body: { action } }));
      }
    },
    onSuccess: (generation) => applyGeneration(client, generation),
  });
}

/** Deletes a generation with its files; `keepalive` lets the request outlive the page. */
export async function deleteGeneration(client: QueryClient, id: string): Promise<void> {
  await answerOf(api.DELETE('/v1/generations/{id}', { params: { path: { id } }, keepalive: true }));
  forgetGeneration(client, id);
}
