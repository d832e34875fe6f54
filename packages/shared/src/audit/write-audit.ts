import { stringify } from 'csv-stringify/sync';
import type { AuditEntry } from '../contracts/audit.ts';
import type { AuditRow } from '../db/audit-search-repo.ts';

export const auditFormats = ['csv', 'jsonl'] as const;
export type AuditFormat = (typeof auditFormats)[number];

/** An entry as the API shows it. */
export function presentAudit(row: AuditRow): AuditEntry {
  const { id, at, action, outcome, actorId, actorName, subject, subjectId, subjectName, detail, address } =
    row;
  return {
    id,
    at: at.toISOString(),
    action,
    outcome: outcome === 'denied' ? 'denied' : 'ok',
    actor: actorId === null ? null : { id: actorId, name: actorName },
    subject: subject === null ? null : { type: subject, id: subjectId, name: subjectName },
    detail,
    address,
    sealed: row.isSealed,
  };
}

const columns = [
  ...['id', 'at', 'action', 'outcome', 'actor_id', 'actor_name', 'subject', 'subject_id', 'subject_name'],
  ...['address', 'sealed', 'detail'],
];

/** Entries as lines, page by page: CSV (RFC 4180) with its names at the top, or one JSON object a line. */
export async function* writeAudit(
  pages: AsyncIterable<readonly AuditRow[]>,
  format: AuditFormat,
): AsyncGenerator<string> {
  if (format === 'csv') yield stringify([columns]);
  for await (const page of pages) {
    const entries = page.map(presentAudit);
    yield format === 'csv'
      ? // What somebody named themselves must not be read as a formula.
        stringify(entries.map(toRecord), { escape_formulas: true, cast: { boolean: String } })
      : entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  }
}

function toRecord({ id, at, action, outcome, actor, subject, detail, address, sealed }: AuditEntry) {
  const who = [actor?.id, actor?.name];
  const what = [subject?.type, subject?.id, subject?.name];
  return [id, at, action, outcome, ...who, ...what, address, sealed, JSON.stringify(detail)];
}
