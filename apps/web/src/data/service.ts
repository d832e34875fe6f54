import { useQuery, useQueryClient } from '@tanstack/react-query';
import { answerOf, api } from '../api/client.ts';
import { toProblem } from '../api/problem.ts';
import { tellSessionChanged } from './session-news.ts';

/** This service: profile, mode, limits, providers. Read again every minute, since an administrator may pause it. */
export function useMeta() {
  return useQuery({
    queryKey: ['meta'],
    queryFn: () => answerOf(api.GET('/v1/meta')),
    refetchInterval: 60_000,
  });
}

/** The catalogue: what each model accepts, costs and needs. */
export function useModels() {
  return useQuery({
    queryKey: ['models'],
    queryFn: async () => (await answerOf(api.GET('/v1/models'))).data,
    staleTime: 5 * 60_000,
  });
}

/** Who is signed in; fails with 401 where nobody is, and then knows nothing more of whoever was. */
export function useMe({ enabled = true } = {}) {
  const { data, error, isPending, isFetching, refetch } = useQuery({
    queryKey: ['me'],
    queryFn: () => answerOf(api.GET('/v1/me')),
    enabled,
  });
  const isOut = error !== null && toProblem(error).status === 401;
  return { data: isOut ? undefined : data, isOut, error, isPending, isFetching, refetch };
}

/** Signs in by the token of a launch link. */
export function useLaunch() {
  const client = useQueryClient();
  return async (token: string): Promise<void> => {
    await answerOf(api.POST('/auth/launch', { body: { token } }));
    tellSessionChanged();
    await client.resetQueries();
  };
}

export function useSignOut() {
  const client = useQueryClient();
  return async (): Promise<void> => {
    await answerOf(api.POST('/auth/logout'));
    tellSessionChanged();
    // What was read for this person is forgotten, and what is on the page finds out that nobody is signed in.
    await client.resetQueries();
  };
}
