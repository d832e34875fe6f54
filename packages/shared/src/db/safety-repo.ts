import type { Transaction } from './client.ts';

/** What the role that asks may do beyond what the service needs: whoever owns a table can also empty it. */
export async function readRole(db: Transaction): Promise<{ ownsTables: boolean; changesAudit: boolean }> {
  const [row] = await db.$queryRaw<{ ownsTables: boolean; changesAudit: boolean }[]>`
    select
      pg_has_role(current_user, c.relowner, 'usage') as "ownsTables",
      has_table_privilege(current_user, c.oid, 'update, delete, truncate') as "changesAudit"
    from pg_class c where c.oid = 'audit_events'::regclass`;
  return row ?? { ownsTables: false, changesAudit: false };
}
