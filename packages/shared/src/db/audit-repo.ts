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
  /** The client's address; kept apart, so that it can be erased. */
  address?: string | undefined;
}

/** Adds an entry to the audit log, inside the transaction of what it tells of. The log takes no change after that. */
export async function append(tx: Transaction, entry: AuditEntry): Promise<void> {
  const {
    action,
    actorId = null,
    subject = null,
    subjectId = null,
    outcome = 'ok',
    detail = {},
    address,
  } = entry;
  const id = uuidv7();
  const at = new Date();
  const person =
    address === undefined ? null : { address, email: null, salt: crypto.getRandomValues(new Uint8Array(16)) };
  const personHash = person && hashPerson(person.salt, person);
  await tx.auditEvent.create({
    data: { id, at, action, actorId, subject, subjectId, outcome, detail, personHash },
  });
  if (person) await tx.auditPerson.create({ data: { eventId: id, at, ...person } });
}
