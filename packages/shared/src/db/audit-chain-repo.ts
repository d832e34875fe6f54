import { type AuditSeal, type ChainedEntry, createSegmentHash, hashPerson, monthOf } from '../audit/chain.ts';
import { append } from './audit-repo.ts';
import type { Database, Transaction } from './client.ts';
import { type AuditSegment, Prisma } from './generated/client.ts';

/** Entries that one step seals, and that are in memory at once. */
const BATCH = 5_000;

/**
 * Seals what no transaction can come before any more: one segment for each month that is among it. Where another
 * process is at it, nothing is done.
 *
 * @returns how many entries were sealed; call again until it is 0
 */
export function sealAudit(db: Database, seal: AuditSeal): Promise<number> {
  return db.$transaction(async (tx) => {
    const [turn] = await tx.$queryRaw<[{ mine: boolean }]>`
      select pg_try_advisory_xact_lock(hashtext('veogate audit seal')) as mine`;
    if (!turn.mine) return 0;
    // Asked first, so that whatever has ended by then is among what is read next.
    const [{ horizon }] = await tx.$queryRaw<[{ horizon: bigint }]>`select audit_horizon() as horizon`;
    const last = await tx.auditSegment.findFirst({ orderBy: { seq: 'desc' } });
    const fromTicket = last?.toTicket ?? 0n;
    const { entries, toTicket } = await readBatch(tx, fromTicket, horizon);
    let previous = last && { seq: last.seq, hash: last.hash };
    const months = [...new Set(entries.map(({ at }) => monthOf(at)))].sort();
    for (const month of months) {
      const head = { seq: (previous?.seq ?? 0n) + 1n, month, fromTicket, toTicket };
      const segment = createSegmentHash({ ...head, previousHash: previous?.hash ?? null });
      for (const entry of entries) if (monthOf(entry.at) === month) segment.add(entry);
      const { entries: count, hash } = segment.end();
      await tx.auditSegment.create({
        data: { ...head, month: firstOf(month), entries: count, hash, seal: seal(hash) },
      });
      previous = { seq: head.seq, hash };
    }
    return entries.length;
  });
}

/** All entries from a ticket on, up to a ticket that is not cut in two. */
async function readBatch(
  tx: Transaction,
  from: bigint,
  horizon: bigint,
): Promise<{ entries: ChainedEntry[]; toTicket: bigint }> {
  const some = await tx.$queryRaw<ChainedEntry[]>`
    select ${chained} from audit_events e where ticket >= ${from} and ticket < ${horizon}
    order by ticket, id limit ${BATCH + 1}`;
  const beyond = some[BATCH];
  const first = some[0];
  if (!beyond || !first) return { entries: some, toTicket: horizon };
  if (beyond.ticket > first.ticket) {
    return { entries: some.filter(({ ticket }) => ticket < beyond.ticket), toTicket: beyond.ticket };
  }
  const entries = await tx.$queryRaw<ChainedEntry[]>`
    select ${chained} from audit_events e where ticket = ${first.ticket} order by id`;
  return { entries, toTicket: first.ticket + 1n };
}

const chained = Prisma.sql`e.id, e.at, e.action, e.actor_id as "actorId", e.subject, e.subject_id as "subjectId",
  e.outcome, e.detail, e.ticket, e.person_hash as "personHash"`;

/** What is wrong with a segment. */
export type ChainFault = 'changed' | 'missing' | 'added' | 'seal' | 'person' | 'gap';

export interface AuditVerdict {
  segments: number;
  /** Sealed entries that are there and as they were. */
  entries: number;
  /** Sealed entries of whole months that were let go when they were old enough. */
  retired: number;
  /** Entries that are not sealed yet. */
  unsealed: number;
  /** The hash of the last segment: whoever keeps it elsewhere sees later whether the log was cut short. */
  head: Uint8Array | null;
  /** Whether a segment has the hash that was asked for; null where none was. */
  isExpectedFound: boolean | null;
  /** The first segment that is not as it was sealed; null where all are. */
  broken: { seq: bigint; month: string; sealedAt: Date; fault: ChainFault } | null;
}

/**
 * Reads the whole log again, and compares it with what was sealed. Segments and entries are read side by side, each in
 * the order of its tickets, so that a log of any length is read once.
 *
 * @param seal null where its key is not at hand: then only the chain itself is checked
 * @param expected the hash of a segment that was kept elsewhere
 */
export async function verifyAudit(
  db: Database,
  seal: AuditSeal | null,
  expected?: Uint8Array,
): Promise<AuditVerdict> {
  const verdict: AuditVerdict = {
    segments: 0,
    entries: 0,
    retired: 0,
    unsealed: 0,
    head: null,
    broken: null,
    isExpectedFound: expected ? false : null,
  };
  const retiredMonths = await readRetiredMonths(db);
  const entries = entriesInOrder(db);
  let next = await entries.next();
  let previous: AuditSegment | null = null;
  for await (const range of rangesInOrder(db)) {
    const checks = range.map((segment, index) => createCheck(segment, range[index - 1] ?? previous));
    for (
      ;
      !next.done && checks[0] && next.value.ticket < checks[0].segment.toTicket;
      next = await entries.next()
    ) {
      const month = monthOf(next.value.at);
      const check = checks.find((candidate) => candidate.month === month);
      if (!check) return { ...verdict, broken: brokenAt(checks[0].segment, 'added') };
      check.add(next.value);
    }
    for (const { segment, end } of checks) {
      const found = end(seal, retiredMonths);
      if (typeof found === 'string' && found !== 'retired')
        return { ...verdict, broken: brokenAt(segment, found) };
      verdict.segments += 1;
      verdict[found ?? 'entries'] += segment.entries;
      verdict.head = segment.hash;
      if (expected && isSame(expected, segment.hash)) verdict.isExpectedFound = true;
      previous = segment;
    }
  }
  for (; !next.done; next = await entries.next()) verdict.unsealed += 1;
  return verdict;
}

/** Reads the entries of one segment again. */
function createCheck(segment: AuditSegment, previous: AuditSegment | null) {
  const { seq, fromTicket, toTicket } = segment;
  const month = monthOf(segment.month);
  const again = createSegmentHash({ seq, month, fromTicket, toTicket, previousHash: previous?.hash ?? null });
  let isPersonChanged = false;

  return {
    segment,
    month,
    add(entry: EntryWithPerson): void {
      again.add(entry);
      isPersonChanged ||= !isPersonAsWritten(entry);
    },
    /** What is wrong; `retired` where it was let go as a whole; null where it is as it was sealed. */
    end(seal: AuditSeal | null, retiredMonths: ReadonlySet<string>): ChainFault | 'retired' | null {
      if (!follows(segment, previous)) return 'gap';
      if (seal && !isSame(seal(segment.hash), segment.seal)) return 'seal';
      const { entries, hash } = again.end();
      if (entries === 0 && retiredMonths.has(month)) return 'retired';
      if (entries < segment.entries) return 'missing';
      if (entries > segment.entries) return 'added';
      if (!isSame(hash, segment.hash)) return 'changed';
      return isPersonChanged ? 'person' : null;
    },
  };
}

/** Whether its tickets begin where those of the one before end; the segments of several months share theirs. */
function follows(segment: AuditSegment, previous: AuditSegment | null): boolean {
  if (!previous) return segment.seq === 1n && segment.fromTicket === 0n;
  const isBeside = segment.fromTicket === previous.fromTicket && segment.toTicket === previous.toTicket;
  return segment.seq === previous.seq + 1n && (isBeside || segment.fromTicket === previous.toTicket);
}

/** What was erased is gone with its salt; what is there must be what was hashed. */
function isPersonAsWritten({ personHash, salt, hasPerson, address, email }: EntryWithPerson): boolean {
  if (!hasPerson || personHash === null) return true;
  return salt !== null && isSame(hashPerson(salt, { address, email }), personHash);
}

interface EntryWithPerson extends ChainedEntry {
  hasPerson: boolean;
  salt: Uint8Array | null;
  address: string | null;
  email: string | null;
}

async function* entriesInOrder(db: Database): AsyncGenerator<EntryWithPerson, undefined> {
  let after = Prisma.sql`true`;
  for (;;) {
    const page = await db.$queryRaw<EntryWithPerson[]>`
      select ${chained}, p.event_id is not null as "hasPerson", p.salt, p.address, p.email
      from audit_events e left join audit_people p on p.event_id = e.id
      where ${after} order by e.ticket, e.id limit ${BATCH}`;
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < BATCH) return;
    after = Prisma.sql`(e.ticket, e.id) > (${last.ticket}, ${last.id}::uuid)`;
  }
}

/** The segments that were sealed in one go, one after the other. */
async function* rangesInOrder(db: Database): AsyncGenerator<AuditSegment[]> {
  let range: AuditSegment[] = [];
  for (let after = 0n; ; ) {
    const page = await db.auditSegment.findMany({
      where: { seq: { gt: after } },
      orderBy: { seq: 'asc' },
      take: BATCH,
    });
    for (const segment of page) {
      if (range[0] && range[0].fromTicket !== segment.fromTicket) {
        yield range;
        range = [];
      }
      range.push(segment);
      after = segment.seq;
    }
    if (page.length < BATCH) break;
  }
  if (range.length > 0) yield range;
}

/** Months of which the log itself says that they were let go. */
async function readRetiredMonths(db: Database): Promise<Set<string>> {
  const told = await db.auditEvent.findMany({ where: { action: RETIRED }, select: { subjectId: true } });
  return new Set(told.flatMap(({ subjectId }) => subjectId ?? []));
}

/**
 * Lets go of the months that are older than `months`, as wholes, and says so in the log.
 *
 * @param months whole months to keep beside the current one; the database itself refuses fewer than three
 * @returns the months that went, as `2026-11`
 */
export async function retireOldMonths(db: Database, months: number, now = new Date()): Promise<string[]> {
  const oldest = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, 1));
  const parts = await db.$queryRaw<{ month: string }[]>`
    select replace(substr(inhrelid::regclass::text, 14), '_', '-') as month from pg_inherits
    where inhparent = 'audit_events'::regclass and inhrelid::regclass::text ~ '^audit_events_\\d{4}_\\d{2}$'`;
  const old = parts
    .map(({ month }) => month)
    .filter((month) => month < monthOf(oldest))
    .sort();
  for (const month of old) {
    await db.$transaction(async (tx) => {
      const [{ entries }] = await tx.$queryRaw<[{ entries: bigint }]>`
        select retire_audit_month(${firstOf(month)}::date) as entries`;
      const detail = { entries: Number(entries) };
      await append(tx, { action: RETIRED, subject: 'audit_month', subjectId: month, detail });
    });
  }
  return old;
}

const RETIRED = 'audit.retired';

function brokenAt({ seq, month, sealedAt }: AuditSegment, fault: ChainFault) {
  return { seq, month: monthOf(month), sealedAt, fault };
}

function firstOf(month: string): Date {
  return new Date(`${month}-01T00:00:00Z`);
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
