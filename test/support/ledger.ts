import type { Database } from '../../packages/shared/src/db/client.ts';

/** Where the balances are not what the ledger adds up to: nowhere, unless something is broken. */
export function findImbalances(db: Database): Promise<unknown[]> {
  return db.$queryRaw`
    with ledger as (
      select owner.scope::budget_scope, owner.id as scope_id, unit, day, sum(held) as held, sum(spent) as spent
      from ledger_entries l
      cross join lateral (values ('all', '00000000-0000-0000-0000-000000000000'::uuid), ('team_key', l.team_key_id),
        ('project', l.project_id), ('user', l.user_id), ('token', l.token_id)) owner(scope, id)
      where provider <> 'demo' and owner.id is not null
      group by 1, 2, 3, 4
    )
    select scope::text, scope_id, unit, day, ledger.held, ledger.spent, b.held as balance_held, b.spent as balance_spent
    from ledger full join balances b using (scope, scope_id, unit, day)
    where coalesce(ledger.held, 0) <> coalesce(b.held, 0) or coalesce(ledger.spent, 0) <> coalesce(b.spent, 0)`;
}

/** Makes what somebody spent something that they spent so many days ago. */
export async function backdate(db: Database, userId: string, days: number): Promise<void> {
  await db.$executeRaw`update ledger_entries set day = day - ${days}::int where user_id = ${userId}::uuid`;
  await db.$executeRaw`truncate balances`;
  await db.$executeRaw`
    insert into balances select owner.scope::budget_scope, owner.id, unit, day, sum(held), sum(spent)
    from ledger_entries l
    cross join lateral (values ('all', '00000000-0000-0000-0000-000000000000'::uuid), ('team_key', l.team_key_id),
      ('project', l.project_id), ('user', l.user_id), ('token', l.token_id)) owner(scope, id)
    where provider <> 'demo' and owner.id is not null group by 1, 2, 3, 4`;
}
