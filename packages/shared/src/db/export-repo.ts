import type { Database } from './client.ts';
import type { Prisma, Upload, WebhookDelivery } from './generated/client.ts';

/** Rows that are in memory at once. */
const PAGE = 200;

/** Everything of an account of which there is little. No hash and no ciphertext is among it. */
const account = {
  id: true,
  displayName: true,
  role: true,
  state: true,
  suspendedReason: true,
  suspendedUntil: true,
  allowanceAmount: true,
  allowanceUnit: true,
  createdAt: true,
  identities: { omit: { userId: true, pinHash: true } },
  sessions: { omit: { userId: true, idHash: true, passwordHash: true } },
  tokens: { omit: { userId: true, tokenHash: true } },
  terms: { omit: { userId: true, textHash: true } },
  memberships: { select: { role: true, joinedAt: true, project: true } },
  keys: { omit: { ownerId: true, sealed: true, fingerprint: true, sessionIdHash: true } },
  webhooks: { omit: { userId: true, sealed: true, previousSealed: true } },
  invitations: { omit: { tokenHash: true, createdById: true } },
  accepted: {
    select: { usedAt: true, invitation: { select: { id: true, kind: true, value: true, note: true } } },
  },
} as const satisfies Prisma.UserSelect;

export type AccountRecord = Prisma.UserGetPayload<{ select: typeof account }>;

export function readAccount(db: Database, id: string): Promise<AccountRecord> {
  return db.user.findUniqueOrThrow({ where: { id }, select: account });
}

const whole = {
  inputs: { orderBy: { position: 'asc' } },
  outputs: { orderBy: { index: 'asc' } },
  operations: { orderBy: { position: 'asc' } },
  ledger: { orderBy: { createdAt: 'asc' } },
} as const satisfies Prisma.GenerationInclude;

export type GenerationRecord = Prisma.GenerationGetPayload<{ include: typeof whole }>;

/** Every generation of a user, oldest first, in pages. */
export function pagesOfGenerations(db: Database, userId: string): AsyncGenerator<GenerationRecord[]> {
  return pages((last) =>
    db.generation.findMany({
      where: { userId, ...after(last) },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      take: PAGE,
      include: whole,
    }),
  );
}

/** Every upload of a user, oldest first, in pages. */
export function pagesOfUploads(db: Database, ownerId: string): AsyncGenerator<Upload[]> {
  return pages((last) =>
    db.upload.findMany({
      where: { ownerId, ...(last && { id: { gt: last.id } }) },
      orderBy: { id: 'asc' },
      take: PAGE,
    }),
  );
}

/** What was sent to every webhook of a user, in pages. */
export function pagesOfDeliveries(db: Database, userId: string): AsyncGenerator<WebhookDelivery[]> {
  return pages((last) =>
    db.webhookDelivery.findMany({
      where: { endpoint: { userId }, ...(last && { id: { gt: last.id } }) },
      orderBy: { id: 'asc' },
      take: PAGE,
    }),
  );
}

export interface AuditRecord {
  id: string;
  at: Date;
  action: string;
  subject: string | null;
  subjectId: string | null;
  outcome: string;
  detail: unknown;
  address: string | null;
  email: string | null;
}

/** What the audit log says that a user did, and from where, oldest first, in pages. */
export function pagesOfAudit(db: Database, userId: string): AsyncGenerator<AuditRecord[]> {
  return pages((last) => {
    const { at, id } = last ?? { at: new Date(0), id: '00000000-0000-0000-0000-000000000000' };
    return db.$queryRaw<AuditRecord[]>`
      select e.id, e.at, e.action, e.subject, e.subject_id as "subjectId", e.outcome, e.detail, p.address, p.email
      from audit_events e left join audit_people p on p.event_id = e.id
      where e.actor_id = ${userId}::uuid and (e.at, e.id) > (${at}, ${id}::uuid)
      order by e.at, e.id limit ${PAGE}::int`;
  });
}

/** Reads on from the last row of the page before, so that no page costs more than the first. */
async function* pages<Row>(read: (last: Row | undefined) => Promise<Row[]>): AsyncGenerator<Row[]> {
  for (let page = await read(undefined); page.length > 0; page = await read(page.at(-1))) {
    yield page;
    if (page.length < PAGE) return;
  }
}

function after(last: Pick<GenerationRecord, 'createdAt' | 'id'> | undefined): Prisma.GenerationWhereInput {
  if (!last) return {};
  const { id, createdAt } = last;
  // The first condition is where the index can begin.
  return {
    createdAt: { gte: createdAt },
    OR: [{ createdAt: { gt: createdAt } }, { createdAt, id: { gt: id } }],
  };
}
