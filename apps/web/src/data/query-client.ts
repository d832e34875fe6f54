import { QueryCache, QueryClient } from '@tanstack/react-query';
import { toProblem } from '../api/problem.ts';

const RETRIES = 3;

export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, { queryKey }) => {
      // Whoever was signed out elsewhere finds out here, and is told so by the page's frame.
      if (toProblem(error).status === 401 && queryKey[0] !== 'me') {
        void queryClient.invalidateQueries({ queryKey: ['me'] });
      }
    },
  }),
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
