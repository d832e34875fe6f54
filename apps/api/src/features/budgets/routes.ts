import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import {
  AdminBudgetList,
  AdminBudgetQuery,
  BudgetList,
  ProjectBudgetQuery,
  SetBudget,
  SetProjectBudget,
} from '@veogate/shared/contracts/budgets';
import { IdParams } from '@veogate/shared/contracts/common';
import { Type } from 'typebox';
import { admin, auditor, member } from '../../access.ts';
import type { Services } from '../../services.ts';
import { createBudgetService } from './service.ts';

/** `/v1/budgets`, and the budgets of a project and of everything. */
export function budgetRoutes(services: Services): FastifyPluginAsyncTypebox {
  const budgets = createBudgetService(services);

  return async (app) => {
    app.get(
      '/v1/budgets',
      {
        schema: { tags: ['account'], summary: 'The budgets that bind you', response: { 200: BudgetList } },
        config: { access: member('account:read') },
      },
      async ({ caller }) => ({ data: await budgets.listOwn(caller) }),
    );

    app.put(
      '/v1/projects/:id/budget',
      {
        schema: {
          tags: ['projects'],
          summary: 'Set what may be spent in a project that you own',
          params: IdParams,
          body: SetProjectBudget,
          response: { 204: Type.Null() },
        },
        config: { access: member('projects:write') },
      },
      async ({ caller, params, body }, reply) => {
        await budgets.changeOfProject(caller, params.id, body);
        return reply.code(204).send(null);
      },
    );

    app.delete(
      '/v1/projects/:id/budget',
      {
        schema: {
          tags: ['projects'],
          summary: 'Remove a budget of a project that you own',
          params: IdParams,
          querystring: ProjectBudgetQuery,
          response: { 204: Type.Null() },
        },
        config: { access: member('projects:write') },
      },
      async ({ caller, params, query }, reply) => {
        await budgets.changeOfProject(caller, params.id, { ...query, amount: null });
        return reply.code(204).send(null);
      },
    );

    app.get(
      '/v1/admin/budgets',
      {
        schema: {
          tags: ['admin'],
          summary: 'Every budget, and what it is taken up by',
          response: { 200: AdminBudgetList },
        },
        config: { access: auditor },
      },
      async () => ({ data: await budgets.listAll() }),
    );

    app.put(
      '/v1/admin/budgets',
      {
        schema: {
          tags: ['admin'],
          summary: 'Set a budget',
          description:
            'The strictest of a scope holds; but one of a single user takes the place of what holds for everybody.',
          body: SetBudget,
          response: { 204: Type.Null() },
        },
        config: { access: admin },
      },
      async ({ caller, body }, reply) => {
        await budgets.changeAny(caller.userId, body);
        return reply.code(204).send(null);
      },
    );

    app.delete(
      '/v1/admin/budgets',
      {
        schema: {
          tags: ['admin'],
          summary: 'Remove a budget that somebody set',
          querystring: AdminBudgetQuery,
          response: { 204: Type.Null() },
        },
        config: { access: admin },
      },
      async ({ caller, query }, reply) => {
        await budgets.changeAny(caller.userId, { ...query, amount: null });
        return reply.code(204).send(null);
      },
    );
  };
}
