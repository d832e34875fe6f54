import { type Static, Type } from 'typebox';
import { budgetPeriods, budgetScopes } from '../domain/budgets.ts';
import { AmountText, closed, Id, Literals, Nullable, Time, Unit } from './common.ts';

const Left = Type.String({ examples: ['12.5'] });
const whose = {
  scope: Literals(budgetScopes),
  name: Type.String({ description: 'Whose budget it is, as people call it.' }),
  unit: Unit,
  period: Literals([...budgetPeriods, 'ever'], { description: 'UTC. `ever`: it is not filled again.' }),
};

/** A budget that binds whoever asks. */
export const Budget = Type.Object(
  {
    ...whose,
    scope_id: Nullable(Id),
    limit: Left,
    spent: Left,
    held: Type.String({ description: 'For what is under way.' }),
    left: Left,
    resets_at: Nullable(Time),
  },
  closed,
);
export type Budget = Static<typeof Budget>;
export const BudgetList = Type.Object({ data: Type.Array(Budget) }, closed);

/** What a budget has left before and after something. */
export const BudgetAhead = Type.Object(
  { ...whose, left: Left, after: Nullable(Type.String({ description: 'Null where it does not fit.' })) },
  closed,
);
export type BudgetAhead = Static<typeof BudgetAhead>;

const amount = { unit: Unit, period: Literals(budgetPeriods) };
export const SetProjectBudget = Type.Object({ ...amount, amount: AmountText }, closed);
export const ProjectBudgetQuery = Type.Object(amount, closed);

const target = {
  scope: Literals(['all', 'team_key', 'project', 'user']),
  scope_id: Type.Optional(
    Type.String({
      format: 'uuid',
      description: 'Of the key, project or user. Left out for `all`, and for the default of every user.',
    }),
  ),
  ...amount,
};
export const SetBudget = Type.Object({ ...target, amount: AmountText }, closed);
export type SetBudget = Static<typeof SetBudget>;
export const AdminBudgetQuery = Type.Object(target, closed);
export type AdminBudgetQuery = Static<typeof AdminBudgetQuery>;

/** A budget as administrators see it. */
export const AdminBudget = Type.Object(
  {
    scope: Literals(['all', 'team_key', 'project', 'user']),
    scope_id: Nullable(Id),
    name: Nullable(Type.String({ description: 'Null for `all`, and for the default of every user.' })),
    ...amount,
    limit: Left,
    usage: Nullable(
      Type.Object(
        { spent: Left, held: Left, left: Left },
        { ...closed, description: 'Null for the default of every user: it is each one’s own.' },
      ),
    ),
    resets_at: Time,
    source: Literals(['settings', 'set']),
    set_by: Nullable(Type.String()),
    set_at: Nullable(Time),
  },
  closed,
);
export type AdminBudget = Static<typeof AdminBudget>;
export const AdminBudgetList = Type.Object({ data: Type.Array(AdminBudget) }, closed);
