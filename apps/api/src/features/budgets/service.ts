import type { AdminBudget, AdminBudgetQuery, Budget, SetBudget } from '@veogate/shared/contracts/budgets';
import { append } from '@veogate/shared/db/audit-repo';
import { measure } from '@veogate/shared/db/balance-repo';
import {
  type BudgetKey,
  findNames,
  findPurses,
  isThere,
  listBudgets,
  removeBudget,
  type SetBudget as SetByPerson,
  setBudget,
} from '@veogate/shared/db/budget-repo';
import type { Transaction } from '@veogate/shared/db/client';
import { findProjectRole, lockProject, type Viewer } from '@veogate/shared/db/project-repo';
import { readAccount } from '@veogate/shared/db/quota-repo';
import { ANYBODY, budgetScopes, toBudgets, type Budget as Wanted } from '@veogate/shared/domain/budgets';
import { AppError } from '@veogate/shared/domain/errors';
import { toParts } from '@veogate/shared/domain/money';
import { createBounds } from '../../bounds.ts';
import type { Caller } from '../../plugins/session.ts';
import { presentAdminBudget, presentBudget } from '../../present/budget.ts';
import type { Services } from '../../services.ts';

/** Budgets: what is left of them, and who sets them. */
export function createBudgetService({ db, config }: Pick<Services, 'db' | 'config'>) {
  const boundsOf = createBounds({ config });
  const ofSettings = toBudgets(config);

  /** What binds somebody, wherever they may spend. */
  async function listOwn(caller: Caller): Promise<Budget[]> {
    const now = new Date();
    const { userId } = caller;
    const account = await readAccount(db, userId, caller.token?.id ?? null);
    const bounds = await boundsOf(db, { ...account, userId, ...(await findPurses(db, caller)) });
    const names = await findNames(
      db,
      bounds.map(({ scopeId }) => scopeId),
    );
    return (await measure(db, bounds, now)).map((standing) => presentBudget(standing, names, now));
  }

  async function change(
    by: string,
    key: BudgetKey,
    amount: string | null,
    check: (tx: Transaction) => Promise<void>,
  ): Promise<void> {
    await db.$transaction(async (tx) => {
      await check(tx);
      if (amount !== null) await setBudget(tx, { ...key, amount: toParts(amount) }, by);
      else if (!(await removeBudget(tx, key))) throw new AppError('not_found', 'There is no such budget.');
      const { scope, scopeId, unit, period } = key;
      await append(tx, {
        action: amount === null ? 'budget.removed' : 'budget.set',
        actorId: by,
        subject: scope,
        ...(scopeId !== ANYBODY && { subjectId: scopeId }),
        detail: { unit, period, amount },
      });
    });
  }

  /** Sets a project's budget, or removes it where `amount` is null. */
  async function changeOfProject(
    caller: Viewer,
    projectId: string,
    { unit, period, amount }: Pick<SetBudget, 'unit' | 'period'> & { amount: string | null },
  ): Promise<void> {
    await change(
      caller.userId,
      { scope: 'project', scopeId: projectId, unit, period },
      amount,
      async (tx) => {
        await lockProject(tx, projectId);
        const role = await findProjectRole(tx, caller, projectId);
        if (!role) throw new AppError('not_found', 'There is no such project.');
        if (role !== 'owner') throw new AppError('forbidden', 'Only an owner of the project may do this.');
      },
    );
  }

  return {
    listOwn,
    changeOfProject,

    /** Every budget of the settings and of people, with what it is taken up by. */
    async listAll(): Promise<AdminBudget[]> {
      const now = new Date();
      const budgets: (Wanted & Partial<SetByPerson>)[] = [...ofSettings, ...(await listBudgets(db))];
      budgets.sort((one, other) => placeOf(one) - placeOf(other));
      const bounds = budgets.map((budget) => ({
        ...budget,
        limit: budget.amount,
        code: 'budget_exceeded' as const,
        whose: '',
      }));
      const standings = await measure(db, bounds, now);
      return standings.map((standing) => {
        const isDefault = standing.scope === 'user' && standing.scopeId === ANYBODY;
        return presentAdminBudget(standing, isDefault ? null : standing, now);
      });
    },

    /** Sets a budget, or removes it where `amount` is null. */
    async changeAny(by: string, target: AdminBudgetQuery & { amount: string | null }): Promise<void> {
      const { scope, scope_id: scopeId = ANYBODY, unit, period, amount } = target;
      const key: BudgetKey = { scope, scopeId, unit, period };
      await change(by, key, amount, async (tx) => {
        if (amount !== null && !(await isThere(tx, key)))
          throw new AppError('not_found', 'There is nobody and nothing to set this budget for.');
      });
    },
  };
}

/** What holds for the most people comes first. */
function placeOf({ scope, scopeId }: Wanted): number {
  if (scope === 'user' && scopeId === ANYBODY) return 0.5;
  return budgetScopes.indexOf(scope);
}
