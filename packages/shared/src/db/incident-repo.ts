import { uuidv7 } from 'uuidv7';
import {
  describeRule,
  type FlagEvidence,
  type FlagFinding,
  type FlagRuleId,
  QUIET_MINUTES,
  WORSE_FACTOR,
} from '../domain/red-flags.ts';
import type { Transaction } from './client.ts';
import type { Incident, IncidentEvent, IncidentState, Notice } from './generated/client.ts';
import { findUserNames } from './user-repo.ts';

/** What became of a finding: a new incident, one that got much worse, or nothing that anybody has to hear of. */
export interface Raised {
  incident: Incident;
  news: 'opened' | 'worse' | null;
}

/**
 * Keeps what a rule found. Whatever it finds is one incident until somebody has dealt with it; and while it goes on
 * holding after that, it is not raised again.
 */
export async function raiseFlag(tx: Transaction, rule: FlagRuleId, finding: FlagFinding): Promise<Raised> {
  const { subjectId, measured, evidence } = finding;
  const { subject, severity } = describeRule(rule);
  const about = { rule, subject, subjectId };
  const last = await tx.incident.findFirst({ where: about, orderBy: { openedAt: 'desc' } });
  const now = new Date();
  const isQuiet =
    last?.state === 'resolved' && last.lastSeenAt.getTime() > now.getTime() - QUIET_MINUTES * 60_000;
  if (!last || (last.state === 'resolved' && !isQuiet)) {
    const data = { id: uuidv7(), ...about, severity, evidence: { ...evidence, measured } };
    const incident = await tx.incident.create({ data });
    await addEvent(tx, incident.id, { kind: 'opened' });
    return { incident, news: 'opened' };
  }
  const toldOf = readEvidence(last)['measured'];
  const isWorse = !isQuiet && measured >= WORSE_FACTOR * Number(toldOf);
  const incident = await tx.incident.update({
    where: { id: last.id },
    data: { lastSeenAt: now, ...(isWorse && { evidence: { ...evidence, measured } }) },
  });
  if (isWorse) await addEvent(tx, last.id, { kind: 'worse' });
  return { incident, news: isWorse ? 'worse' : null };
}

/** What was measured when it was told of last. */
export function readEvidence({ evidence }: Pick<Incident, 'evidence'>): FlagEvidence {
  // Written by `raiseFlag` alone.
  return evidence as FlagEvidence;
}

export type IncidentEventKind =
  | 'opened'
  | 'worse'
  | 'acted'
  | 'acknowledged'
  | 'noted'
  | 'resolved'
  | 'reopened';

export async function addEvent(
  tx: Transaction,
  incidentId: string,
  event: { kind: IncidentEventKind; actorId?: string; text?: string | null },
): Promise<void> {
  const { kind, actorId = null, text = null } = event;
  await tx.incidentEvent.create({ data: { id: uuidv7(), incidentId, kind, actorId, text } });
}

/** From where a person's word on an incident leads, and where to. A note leads nowhere. */
const moves = {
  acknowledged: { from: ['open'], to: 'acknowledged' },
  resolved: { from: ['open', 'acknowledged'], to: 'resolved' },
  reopened: { from: ['resolved'], to: 'open' },
} as const satisfies Record<string, { from: readonly IncidentState[]; to: IncidentState }>;

export type IncidentWord = keyof typeof moves | 'noted';

/** What came of a person's word: `gone` there is no such incident, `unfit` as it stands, `other` is open by now. */
export type WordRefusal = 'gone' | 'unfit' | 'other';

/**
 * A person's word on an incident.
 *
 * @returns null where it was taken
 */
export async function sayOfIncident(
  tx: Transaction,
  id: string,
  { word, by, text }: { word: IncidentWord; by: string; text: string | null },
): Promise<WordRefusal | null> {
  await tx.$executeRaw`select 1 from incidents where id = ${id}::uuid for update`;
  const incident = await tx.incident.findUnique({ where: { id } });
  if (!incident) return 'gone';
  if (word !== 'noted') {
    const { from, to } = moves[word];
    if (!from.some((state) => state === incident.state)) return 'unfit';
    if (to === 'open' && (await hasOther(tx, incident))) return 'other';
    const resolvedAt = to === 'resolved' ? new Date() : null;
    await tx.incident.update({ where: { id }, data: { state: to, resolvedAt } });
  }
  await addEvent(tx, id, { kind: word, actorId: by, text });
  return null;
}

async function hasOther(tx: Transaction, { rule, subject, subjectId }: Incident): Promise<boolean> {
  const where = { rule, subject, subjectId, state: { not: 'resolved' as const } };
  return (await tx.incident.count({ where })) > 0;
}

/** An incident with what is called by name in it. */
export interface IncidentRow extends Incident {
  /** What it is about, as people call it; null where that is gone, or it is the service. */
  subjectName: string | null;
  /** The account that it leads to: the one itself, or a key's owner. */
  userId: string | null;
}

export interface IncidentFilter {
  states?: readonly IncidentState[] | undefined;
  rule?: string | undefined;
}

/** Incidents, newest first; one more than `limit`, so that the caller knows whether there are more. */
export async function listIncidents(
  db: Transaction,
  { states, rule }: IncidentFilter,
  page: { limit: number; after?: string | undefined },
): Promise<IncidentRow[]> {
  const rows = await db.incident.findMany({
    where: {
      ...(states && { state: { in: [...states] } }),
      ...(rule && { rule }),
      ...(page.after && { id: { lt: page.after } }),
    },
    orderBy: { id: 'desc' },
    take: page.limit + 1,
  });
  return nameSubjects(db, rows);
}

export interface WholeIncident extends IncidentRow {
  events: (IncidentEvent & { actorName: string | null })[];
  notices: Notice[];
}

/** One with its history, and who was told of it. */
export async function findIncident(db: Transaction, id: string): Promise<WholeIncident | null> {
  const row = await db.incident.findUnique({
    where: { id },
    include: {
      events: { orderBy: [{ at: 'asc' }, { id: 'asc' }] },
      notices: { orderBy: { createdAt: 'asc' } },
    },
  });
  if (!row) return null;
  const { events, notices, ...incident } = row;
  const [named] = await nameSubjects(db, [incident]);
  const names = await findUserNames(
    db,
    events.flatMap(({ actorId }) => actorId ?? []),
  );
  return {
    ...(named as IncidentRow),
    events: events.map((event) => ({ ...event, actorName: names.get(event.actorId ?? '') ?? null })),
    notices,
  };
}

/** How many are not resolved. */
export async function countUnresolved(db: Transaction): Promise<{ unresolved: number; critical: number }> {
  const where = { state: { not: 'resolved' as const } };
  const unresolved = await db.incident.count({ where });
  return { unresolved, critical: await db.incident.count({ where: { ...where, severity: 'critical' } }) };
}

async function nameSubjects(db: Transaction, rows: readonly Incident[]): Promise<IncidentRow[]> {
  const keyIds = rows.filter(({ subject }) => subject === 'key').map(({ subjectId }) => subjectId);
  const keys = await db.providerKey.findMany({ where: { id: { in: keyIds } } });
  const userIds = rows.filter(({ subject }) => subject === 'user').map(({ subjectId }) => subjectId);
  const names = await findUserNames(db, userIds);
  return rows.map((row) => {
    const key = keys.find(({ id }) => id === row.subjectId);
    if (row.subject === 'key')
      return { ...row, subjectName: key ? `${key.label} …${key.hint}` : null, userId: key?.ownerId ?? null };
    if (row.subject === 'user') {
      const name = names.get(row.subjectId) ?? null;
      return { ...row, subjectName: name, userId: name === null ? null : row.subjectId };
    }
    return { ...row, subjectName: row.subjectId || null, userId: null };
  });
}

/** Takes what leads to an account out of its incidents, which stay. */
export async function forgetIncidentsOf(tx: Transaction, userId: string): Promise<void> {
  await tx.incident.updateMany({ where: { subject: 'user', subjectId: userId }, data: { evidence: {} } });
}
