import { isIP } from 'node:net';
import { uuidv7 } from 'uuidv7';
import { hashPerson } from '../audit/chain.ts';
import type { Transaction } from './client.ts';

export interface AuditEntry {
  /** What happened, as `thing.happened`. */
  action: string;
  /** The user who did it; left out where nobody is known. */
  actorId?: string | undefined;
  /** What it was done to: its type and id. */
  subject?: string;
  subjectId?: string;
  outcome?: 'ok' | 'denied';
  /** Never a secret, a prompt or personal data. */
  detail?: Record<string, string | number | boolean | null>;
  /** The client's address; kept apart, so that it can be erased. What is no address is not kept. */
  address?: string | undefined;
}

/** Adds an entry to the audit log, inside the transaction of what it tells of. The log takes no change after that. */
export async function append(tx: Transaction, entry: AuditEntry): Promise<void> {
  const { event, person } = toRows(entry);
  await tx.auditEvent.create({ data: event });
  if (person) await tx.auditPerson.create({ data: person });
}

/** The same of many, in two statements. */
export async function appendAll(tx: Transaction, entries: readonly AuditEntry[]): Promise<void> {
  const rows = entries.map(toRows);
  await tx.auditEvent.createMany({ data: rows.map(({ event }) => event) });
  await tx.auditPerson.createMany({ data: rows.flatMap(({ person }) => person ?? []) });
}

function toRows(entry: AuditEntry) {
  const { action, actorId = null, subject = null, subjectId = null, outcome = 'ok', detail = {} } = entry;
  const id = uuidv7();
  const at = new Date();
  // A proxy may say anything of where it came from, such as `unknown`.
  const plain = entry.address?.split('%')[0] ?? '';
  const address = isIP(plain) === 0 ? null : plain;
  const person =
    address === null ? null : { address, email: null, salt: crypto.getRandomValues(new Uint8Array(16)) };
  const personHash = person && hashPerson(person.salt, person);
  return {
    event: { id, at, action, actorId, subject, subjectId, outcome, detail, personHash },
    person: person && { eventId: id, at, ...person },
  };
}
