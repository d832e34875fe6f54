import { uuidv7 } from 'uuidv7';
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
  await tx.auditEvent.create({ data: { id, at, action, actorId, subject, subjectId, outcome, detail } });
  if (address) await tx.auditPerson.create({ data: { eventId: id, at, address } });
}
