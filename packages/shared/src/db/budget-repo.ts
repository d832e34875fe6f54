import { ANYBODY, type Budget, type Spender } from '../domain/budgets.ts';
import { fromParts, toParts, type Unit } from '../domain/money.ts';
import type { Transaction } from './client.ts';
import type { Budget as BudgetRow } from './generated/client.ts';
import { type Viewer, visibleProjects } from './project-repo.ts';
import { findUserNames } from './user-repo.ts';

/** The budgets that people set and that bear on somebody. */
export async function findBudgets(
  db: Transaction,
  { userId, projectIds, teamKeyIds }: Pick<Spender, 'userId' | 'projectIds' | 'teamKeyIds'>,
): Promise<Budget[]> {
  const rows = await db.budget.findMany({
    where: {
      OR: [
        { scope: 'all' },
        { scope: 'team_key', scopeId: { in: [...teamKeyIds] } },
        { scope: 'project', scopeId: { in: [...projectIds] } },
        { scope: 'user', scopeId: { in: [ANYBODY, userId] } },
      ],
    },
  });
  return rows.map(toBudget);
}

/** A budget that somebody set, whom it is for by name, and who set it. */
export interface SetBudget extends Budget {
  name: string | null;
  setBy: string | null;
  setAt: Date;
}

/** All that people set. */
export async function listBudgets(db: Transaction): Promise<SetBudget[]> {
  const rows = await db.budget.findMany({
    include: { setBy: { select: { displayName: true } } },
    orderBy: [{ scope: 'asc' }, { setAt: 'asc' }],
  });
  const names = await findNames(
    db,
    rows.map(({ scopeId }) => scopeId),
  );
  return rows.map((row) => ({
    ...toBudget(row),
    name: names.get(row.scopeId) ?? null,
    setBy: row.setBy?.displayName ?? null,
    setAt: row.setAt,
  }));
}

/** What people call projects, keys and users. */
export async function findNames(db: Transaction, ids: readonly string[]): Promise<Map<string, string>> {
  const where = { id: { in: [...ids] } };
  const projects = await db.project.findMany({ where, select: { id: true, name: true } });
  const keys = await db.providerKey.findMany({ where, select: { id: true, label: true } });
  return new Map([
    ...projects.map(({ id, name }) => [id, name] as const),
    ...keys.map(({ id, label }) => [id, label] as const),
    ...(await findUserNames(db, ids)),
  ]);
}

/** In what somebody may spend: the projects that they may look into, and the team's keys that can be used. */
export async function findPurses(
  db: Transaction,
  viewer: Viewer,
): Promise<{ projectIds: string[]; teamKeyIds: string[] }> {
  const projects = await db.project.findMany({ where: visibleProjects(viewer), select: { id: true } });
  const where = { scope: 'team' as const, state: { not: 'retired' as const } };
  const keys = await db.providerKey.findMany({ where, select: { id: true } });
  return { projectIds: projects.map(({ id }) => id), teamKeyIds: keys.map(({ id }) => id) };
}

/** Whether there is a key of the team's, a project or a user to set a budget for. */
export async function isThere(db: Transaction, { scope, scopeId: id }: BudgetKey): Promise<boolean> {
  if (id === ANYBODY) return scope === 'all' || scope === 'user';
  if (scope === 'team_key') return (await db.providerKey.count({ where: { id, scope: 'team' } })) === 1;
  if (scope === 'project') return (await db.project.count({ where: { id } })) === 1;
  return scope === 'user' && (await db.user.count({ where: { id, state: { not: 'leaving' } } })) === 1;
}

export type BudgetKey = Omit<Budget, 'amount'>;

/** Sets a budget, or sets it anew. */
export async function setBudget(tx: Transaction, budget: Budget, setById: string): Promise<void> {
  const { amount: parts, ...key } = budget;
  const { amount } = fromParts(parts, budget.unit);
  const set = { amount, setById, setAt: new Date() };
  const where = { scope_scopeId_unit_period: key };
  await tx.budget.upsert({ where, create: { ...key, ...set }, update: set });
}

/** Returns whether there was one. */
export async function removeBudget(tx: Transaction, key: BudgetKey): Promise<boolean> {
  return (await tx.budget.deleteMany({ where: key })).count === 1;
}

function toBudget({ scope, scopeId, unit, period, amount }: BudgetRow): Budget {
  return { scope, scopeId, unit: unit as Unit, period, amount: toParts(amount.toFixed(4)) };
}
