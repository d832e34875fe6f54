import { createHash, createHmac, hkdfSync } from 'node:crypto';

/** An entry of the audit log, as it is sealed. */
export interface ChainedEntry {
  id: string;
  at: Date;
  action: string;
  actorId: string | null;
  subject: string | null;
  subjectId: string | null;
  outcome: string;
  detail: unknown;
  ticket: bigint;
  personHash: Uint8Array | null;
}

/** What a segment says of itself. */
export interface SegmentHead {
  seq: bigint;
  /** `2026-11`, by UTC. */
  month: string;
  fromTicket: bigint;
  toTicket: bigint;
  /** Null before the first. */
  previousHash: Uint8Array | null;
}

/**
 * SHA-256 of a segment: its head, its entries in the order of their tickets and ids, and how many there are. Each is a
 * line of JSON with the names in order, so that nothing can be moved from one into the next unseen.
 */
export function createSegmentHash({ seq, month, fromTicket, toTicket, previousHash }: SegmentHead) {
  const hash = createHash('sha256');
  const write = (value: unknown) => hash.update(`${JSON.stringify(value)}\n`);
  let entries = 0;
  write(['veogate audit 1', `${seq}`, month, `${fromTicket}`, `${toTicket}`, toHex(previousHash)]);

  return {
    add(entry: ChainedEntry): void {
      const { id, at, action, actorId, subject, subjectId, outcome, detail, ticket, personHash } = entry;
      const whole = [id, at.toISOString(), action, actorId, subject, subjectId, outcome, inOrder(detail)];
      write([...whole, `${ticket}`, toHex(personHash)]);
      entries += 1;
    },
    end(): { entries: number; hash: Uint8Array<ArrayBuffer> } {
      write(entries);
      return { entries, hash: Uint8Array.from(hash.digest()) };
    },
  };
}

/**
 * What the log keeps of personal data: enough to see that the data was not changed, and nothing once salt and data are
 * erased.
 */
export function hashPerson(
  salt: Uint8Array,
  { address, email }: { address: string | null; email: string | null },
): Uint8Array<ArrayBuffer> {
  const hash = createHash('sha256')
    .update(salt)
    .update(JSON.stringify([address, email]));
  return Uint8Array.from(hash.digest());
}

/** HMAC-SHA256 of a segment's hash. */
export type AuditSeal = (hash: Uint8Array) => Uint8Array<ArrayBuffer>;

/**
 * Seals the hashes of segments, so that whoever can write the database alone cannot write a chain of their own.
 *
 * @param fingerprintKey of the worker, of which the key is derived (HKDF, RFC 5869)
 */
export function createAuditSeal(fingerprintKey: Uint8Array): AuditSeal {
  const key = Buffer.from(hkdfSync('sha256', fingerprintKey, '', 'veogate audit seal', 32));
  return (hash) => Uint8Array.from(createHmac('sha256', key).update(hash).digest());
}

/** The month that an entry belongs to, by UTC: `2026-11`. */
export function monthOf(at: Date): string {
  return at.toISOString().slice(0, 7);
}

function toHex(bytes: Uint8Array | null): string | null {
  return bytes && Buffer.from(bytes).toString('hex');
}

/** The same with the names of every object in order: the database keeps them in an order of its own. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, part]) => [name, inOrder(part)]));
}
