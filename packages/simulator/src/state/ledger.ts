/** What the client was told of a submit that was accepted. */
export type LedgerAnswer =
  | 'ok'
  | 'slow'
  | 'dropped'
  | '504'
  | 'html'
  | '500'
  | 'hang'
  | 'unparsable'
  | 'empty';

/** One submit that was accepted, that is: one that a real provider would bill. */
export interface LedgerEntry {
  /** Counts from 1. */
  seq: number;
  /** RFC 3339 with milliseconds, UTC. */
  acceptedAt: string;
  provider: string;
  endpoint: string;
  /** The last four characters of the key. */
  keyHint: string;
  keySha256: string;
  prompt: string;
  aspectRatio: string;
  /** The id of each task it made. */
  operationIds: string[];
  /** How many outputs were asked, each one credit. */
  count: number;
  imageCount: number;
  callbackUrl: string | null;
  answered: LedgerAnswer;
}

export interface LedgerSummary {
  /** Every submit request that reached an endpoint, accepted or refused. */
  submitsSeen: number;
  accepted: number;
  entries: LedgerEntry[];
}

export type Ledger = ReturnType<typeof createLedger>;

export function createLedger() {
  const entries: LedgerEntry[] = [];
  const doubtful: string[] = [];
  let seen = 0;
  const seenByKey = new Map<string, number>();
  return {
    get nextSeq(): number {
      return entries.length + 1;
    },
    /** A submit that was not accepted, and whose client cannot know that. Not kept over a restart. */
    doubt: (prompt: string): void => void doubtful.push(prompt),
    doubtful: (): string[] => [...doubtful],
    accept: (entry: LedgerEntry): void => void entries.push(entry),
    see: (keySha256: string): void => {
      seen += 1;
      seenByKey.set(keySha256, (seenByKey.get(keySha256) ?? 0) + 1);
    },
    entries: (): LedgerEntry[] => entries.map((entry) => structuredClone(entry)),
    submitsSeen: (keySha256?: string): number =>
      keySha256 === undefined ? seen : (seenByKey.get(keySha256) ?? 0),
  };
}
