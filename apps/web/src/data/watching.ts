import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { TickItem } from '@veogate/shared/contracts/checklist';
import type { SetFlag } from '@veogate/shared/contracts/incidents';
import type { SetMode } from '@veogate/shared/contracts/mode';
import { answerOf, api } from '../api/client.ts';
import type { AuditEntry, Checklist, FlagRule, Incident } from '../api/types.ts';

const PAGE = 50;
/** What an administrator has open is looked at again by itself. Milliseconds. */
const AGAIN_MS = 15_000;

/** How the service does, in one look. */
export function useOverview() {
  return useQuery({
    queryKey: ['admin', 'overview'],
    queryFn: () => answerOf(api.GET('/v1/admin/overview')),
    refetchInterval: AGAIN_MS,
    staleTime: 0,
  });
}

/** The off switch. */
export function useMode() {
  return useQuery({
    queryKey: ['admin', 'mode'],
    queryFn: () => answerOf(api.GET('/v1/admin/mode')),
    refetchInterval: AGAIN_MS,
    staleTime: 0,
  });
}

export function useSetMode() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: SetMode) => answerOf(api.PUT('/v1/admin/mode', { body })),
    onSuccess: (mode) => client.setQueryData(['admin', 'mode'], mode),
    onSettled: () => client.invalidateQueries(),
  });
}

export type IncidentState = Incident['state'] | 'unresolved';

export function useIncidents(state: IncidentState | undefined) {
  return useInfiniteQuery({
    queryKey: ['admin', 'incidents', state],
    queryFn: ({ pageParam }) => {
      const query = { limit: PAGE, ...(pageParam !== null && { after: pageParam }), ...(state && { state }) };
      return answerOf(api.GET('/v1/admin/incidents', { params: { query } }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    refetchInterval: AGAIN_MS,
    staleTime: 0,
  });
}

export function useIncident(id: string) {
  return useQuery({
    queryKey: ['admin', 'incident', id],
    queryFn: () => answerOf(api.GET('/v1/admin/incidents/{id}', { params: { path: { id } } })),
    refetchInterval: AGAIN_MS,
    staleTime: 0,
  });
}

export function useSayOfIncident(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { word: 'acknowledged' | 'noted' | 'resolved' | 'reopened'; text?: string }) =>
      answerOf(api.POST('/v1/admin/incidents/{id}/events', { params: { path: { id } }, body })),
    onSuccess: (incident) => client.setQueryData(['admin', 'incident', id], incident),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['admin', 'incidents'] }),
        client.invalidateQueries({ queryKey: ['admin', 'overview'] }),
      ]),
  });
}

/** The rules of the red flags. */
export function useFlags() {
  return useQuery({
    queryKey: ['admin', 'flags'],
    queryFn: () => answerOf(api.GET('/v1/admin/flags')),
    staleTime: 0,
  });
}

export function useSetFlag(rule: FlagRule['id']) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: SetFlag) =>
      answerOf(api.PATCH('/v1/admin/flags/{rule}', { params: { path: { rule } }, body })),
    onSettled: () => client.invalidateQueries({ queryKey: ['admin', 'flags'] }),
  });
}

/** What a rule would have found in the last days. */
export function useReplay(rule: FlagRule['id']) {
  return useMutation({
    mutationFn: (thresholds: Record<string, number>) =>
      answerOf(
        api.POST('/v1/admin/flags/{rule}/replay', {
          params: { path: { rule } },
          body: { days: 7, thresholds },
        }),
      ),
  });
}

export function useTestAlert() {
  return useMutation({ mutationFn: () => answerOf(api.POST('/v1/admin/alerts/test')) });
}

/** What entries of the audit log are looked for by. */
export interface AuditSearch {
  person?: string;
  action?: string;
  outcome?: AuditEntry['outcome'];
  address?: string;
  subject_id?: string;
  since?: string;
  until?: string;
}

export function useAudit(search: AuditSearch) {
  return useInfiniteQuery({
    queryKey: ['admin', 'audit', search],
    queryFn: ({ pageParam }) => {
      const query = { limit: PAGE, ...search, ...(pageParam !== null && { after: pageParam }) };
      return answerOf(api.GET('/v1/admin/audit', { params: { query } }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    staleTime: 0,
  });
}

/** What of the generations is looked at. */
export interface GenerationSearch {
  user_id?: string;
  project_id?: string;
  key_id?: string;
  model?: string;
  outcome?: 'succeeded' | 'failed' | 'canceled' | 'expired' | 'outcome_unknown' | 'in_progress';
  code?: string;
  from?: string;
  to?: string;
}

export function useEverybodysGenerations(search: GenerationSearch) {
  return useInfiniteQuery({
    queryKey: ['admin', 'generations', search],
    queryFn: ({ pageParam }) => {
      const query = { limit: 25, ...search, ...(pageParam !== null && { after: pageParam }) };
      return answerOf(api.GET('/v1/admin/generations', { params: { query } }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    staleTime: 0,
  });
}

/** Some that ended lately, drawn by lot; others at each time. */
export function useSample() {
  return useQuery({
    queryKey: ['admin', 'sample'],
    queryFn: () =>
      answerOf(api.GET('/v1/admin/generations/sample', { params: { query: { count: 6, hours: 24 } } })),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}

export function useQueue() {
  return useQuery({
    queryKey: ['admin', 'queue'],
    queryFn: () => answerOf(api.GET('/v1/admin/queue')),
    refetchInterval: AGAIN_MS,
    staleTime: 0,
  });
}

export function useRetryQueue() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (ids: string[]) =>
      answerOf(api.POST('/v1/admin/queue/retry', { body: { generation_ids: ids } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['admin', 'queue'] }),
  });
}

export function useChecklist() {
  return useQuery({
    queryKey: ['admin', 'checklist'],
    queryFn: () => answerOf(api.GET('/v1/admin/checklist')),
    staleTime: 0,
  });
}

type ItemId = Checklist['data'][number]['id'];

export function useTick(item: ItemId) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: TickItem) =>
      answerOf(api.POST('/v1/admin/checklist/{item}', { params: { path: { item } }, body })),
    onSuccess: (checklist) => client.setQueryData(['admin', 'checklist'], checklist),
    onSettled: () => client.invalidateQueries({ queryKey: ['admin', 'overview'] }),
  });
}

export function useRunItem(item: ItemId) {
  return useMutation({
    mutationFn: () => answerOf(api.POST('/v1/admin/checklist/{item}/run', { params: { path: { item } } })),
  });
}

/** What of the usage is looked at. */
export interface UsageSearch {
  from?: string;
  to?: string;
  by: 'hour' | 'day' | 'week';
  user_id?: string;
  project_id?: string;
  key_id?: string;
  model?: string;
}

/** Of everybody, for whoever may see that; else one's own. */
export function useUsage(search: UsageSearch, { everybody }: { everybody: boolean }) {
  return useQuery({
    queryKey: ['usage', everybody, search],
    queryFn: () =>
      everybody
        ? answerOf(api.GET('/v1/admin/usage', { params: { query: search } }))
        : answerOf(api.GET('/v1/me/usage', { params: { query: withoutUser(search) } })),
    refetchInterval: 60_000,
    placeholderData: (before) => before,
    staleTime: 0,
  });
}

function withoutUser({ user_id: _, ...search }: UsageSearch) {
  return search;
}
