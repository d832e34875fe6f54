import {
  keepPreviousData,
  type QueryClient,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { AdminBudgetQuery, SetBudget } from '@veogate/shared/contracts/budgets';
import { answerOf, api } from '../api/client.ts';
import type { EstimateRequest } from '../api/types.ts';

const budgetsKey = ['budgets'];
const adminKey = ['admin', 'budgets'];
/** Others spend of the same budgets, and nothing tells of it. Milliseconds. */
const REFRESH_MS = 30_000;

/** What binds this person, and what is left of it. */
export function useBudgets() {
  return useQuery({
    queryKey: budgetsKey,
    queryFn: async () => (await answerOf(api.GET('/v1/budgets'))).data,
    staleTime: 0,
  });
}

/** What something would cost and leave; asks nothing where `request` is undefined. */
export function useEstimate(request: EstimateRequest | undefined) {
  return useQuery({
    queryKey: [...budgetsKey, 'estimate', request],
    queryFn: () => answerOf(api.POST('/v1/estimates', { body: request as EstimateRequest })),
    enabled: request !== undefined,
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });
}

/** Something was begun, or ended: there is less left, or more. */
export function refreshBudgets(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: budgetsKey });
}

/** A budget of a project; `amount` null removes it. */
export type BudgetChange = Pick<SetBudget, 'unit' | 'period'> & { amount: string | null };

export function useChangeProjectBudget(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ unit, period, amount }: BudgetChange) => {
      const path = { id };
      return amount === null
        ? answerOf(api.DELETE('/v1/projects/{id}/budget', { params: { path, query: { unit, period } } }))
        : answerOf(api.PUT('/v1/projects/{id}/budget', { params: { path }, body: { unit, period, amount } }));
    },
    onSettled: () => client.invalidateQueries({ queryKey: budgetsKey }),
  });
}

/** Every budget that there is. */
export function useAdminBudgets() {
  return useQuery({
    queryKey: adminKey,
    queryFn: async () => (await answerOf(api.GET('/v1/admin/budgets'))).data,
    staleTime: 0,
  });
}

/** Sets any budget; `amount` null removes it. */
export function useChangeBudget() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ amount, ...target }: AdminBudgetQuery & { amount: string | null }) =>
      amount === null
        ? answerOf(api.DELETE('/v1/admin/budgets', { params: { query: target } }))
        : answerOf(api.PUT('/v1/admin/budgets', { body: { ...target, amount } })),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: adminKey }),
        client.invalidateQueries({ queryKey: budgetsKey }),
      ]),
  });
}
