import type { Transaction } from './client.ts';
import { Prisma } from './generated/client.ts';
import { timeOfUuid } from './values.ts';

/** What entries of the audit log are looked for by; whatever is left out does not matter. */
export interface AuditFilter {
  /** Accounts that did it, or that it was done to. */
  people?: readonly string[] | undefined;
  /** An action such as `key.added`, or with a dot at its end all that begin so: `key.`. */
  action?: string | undefined;
  subject?: string | undefined;
  subjectId?: string | undefined;
  outcome?: 'ok' | 'denied' | undefined;
  /** An address, or a network in CIDR notation. */
  address?: string | undefined;
  since?: Date | undefined;
  /** Exclusive. */
  until?: Date | undefined;
}

export interface AuditRow {
  id: string;
  at: Date;
  action: string;
  outcome: string;
  actorId: string | null;
  /** Null also where the account is gone. */
  actorName: string | null;
  subject: string | null;
  subjectId: string | null;
  subjectName: string | null;
  detail: Record<string, string | number | boolean | null>;
  address: string | null;
  isSealed: boolean;
}

/** Entries of the audit log, newest first; one more than `limit`, so that the caller knows whether there are more. */
export function searchAudit(
  db: Transaction,
  filter: AuditFilter,
  { limit, after }: { limit: number; after?: string | undefined },
): Promise<AuditRow[]> {
  const conditions = [...toConditions(filter), ...(after ? [isAfter(after)] : [])];
  const where = conditions.length > 0 ? Prisma.sql`where ${Prisma.join(conditions, ' and ')}` : Prisma.empty;
  return db.$queryRaw<AuditRow[]>`
    select e.id, e.at, e.action, e.outcome, e.actor_id as "actorId", actor.display_name as "actorName",
      e.subject, e.subject_id as "subjectId", e.detail, p.address,
      (select display_name from users where e.subject = 'user'
        and id = case when e.subject = 'user' then e.subject_id::uuid end) as "subjectName",
      e.ticket < (select coalesce(max(to_ticket), 0) from audit_segments) as "isSealed"
    from audit_events e left join users actor on actor.id = e.actor_id
      left join audit_people p on p.event_id = e.id
    ${where} order by e.at desc, e.id desc limit ${limit + 1}`;
}

function toConditions(filter: AuditFilter): Prisma.Sql[] {
  const { people, action, subject, subjectId, outcome, address, since, until } = filter;
  return [
    people &&
      Prisma.sql`(e.actor_id = any(${[...people]}::uuid[]) or e.subject_id = any(${[...people]}::text[]))`,
    action &&
      (action.endsWith('.')
        ? Prisma.sql`starts_with(e.action, ${action})`
        : Prisma.sql`e.action = ${action}`),
    subject && Prisma.sql`e.subject = ${subject}`,
    subjectId && Prisma.sql`e.subject_id = ${subjectId}`,
    outcome && Prisma.sql`e.outcome = ${outcome}`,
    address && isOf(address),
    since && Prisma.sql`e.at >= ${since}`,
    until && Prisma.sql`e.at < ${until}`,
  ].filter((condition) => condition instanceof Prisma.Sql);
}

/** By the time of the person's row, which is the entry's own, its part of the log is found at once. */
function isOf(address: string): Prisma.Sql {
  const of = address.includes('/')
    ? Prisma.sql`address::inet <<= ${address}::inet`
    : Prisma.sql`address = ${address}`;
  return Prisma.sql`(e.at, e.id) in (select at, event_id from audit_people where ${of})`;
}

/** An id tells its time, so that the entry is not looked for in every month. */
function isAfter(id: string): Prisma.Sql {
  const [from, to] = [-5_000, 5_000].map((ms) => new Date(timeOfUuid(id) + ms));
  return Prisma.sql`(e.at, e.id) < (
    select at, id from audit_events where id = ${id}::uuid and at between ${from} and ${to})`;
}

/** Page by page, each of so many entries. */
export async function* pagesOfAuditLog(db: Transaction, filter: AuditFilter): AsyncGenerator<AuditRow[]> {
  for (let after: string | undefined; ; ) {
    const rows = await searchAudit(db, filter, { limit: PAGE, after });
    const page = rows.slice(0, PAGE);
    if (page.length > 0) yield page;
    if (rows.length <= PAGE) return;
    after = page.at(-1)?.id;
  }
}

const PAGE = 1_000;
