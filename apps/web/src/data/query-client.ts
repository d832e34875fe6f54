import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { toProblem } from '../api/problem.ts';

const RETRIES = 3;

export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, { queryKey }) => {
      if (queryKey[0] !== 'me') lookWhoIsThere(error);
    },
  }),
  mutationCache: new MutationCache({ onError: (error) => lookWhoIsThere(error) }),
  defaultOptions: {
    queries: {
      // The event stream keeps what is shown true; a second reading would only repeat it.
      staleTime: 30_000,
      retry: (failures, error) => failures < RETRIES && toProblem(error).isPassing,
      // A browser that believes to be offline may still reach this machine.
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});

/** Whoever was signed out or suspended elsewhere finds out here, and is told so by the page's frame. */
function lookWhoIsThere(error: unknown): void {
  const { code } = toProblem(error);
  const isChanged = code === 'unauthenticated' || code === 'suspended' || code === 'account_leaving';
  if (isChanged) void queryClient.invalidateQueries({ queryKey: ['me'] });
}
