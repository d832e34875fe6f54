import type { Money, Unit } from '../domain/money.ts';
import { fromParts, toParts } from '../domain/money.ts';
import type { Generation, Output } from './generated/client.ts';
import type { GenerationRow } from './generation-repo.ts';
import { toMoney } from './values.ts';

/** What is shown of a generation, wherever it was read from. */
export interface GenerationView
  extends Pick<
    Generation,
    | 'id'
    | 'projectId'
    | 'keyId'
    | 'model'
    | 'kind'
    | 'prompt'
    | 'params'
    | 'count'
    | 'metadata'
    | 'retryOf'
    | 'state'
    | 'submittedAt'
    | 'eligibleAt'
    | 'cancelRequestedAt'
    | 'pinnedAt'
    | 'errorCode'
    | 'errorReason'
    | 'filteredCount'
    | 'createdAt'
    | 'updatedAt'
    | 'finishedAt'
  > {
  uploadIds: string[];
  outputs: (Pick<Output, 'index' | 'mimeType' | 'width' | 'height' | 'durationMs'> & {
    byteSize: number;
    expiresAt: Date | null;
  })[];
  /** What was held for it; null where it has no known price. */
  price: Money | null;
  /** What was settled; null before that, and where nothing has a price. */
  cost: Money | null;
}

/** A generation that Prisma read, as it is shown. */
export function toView(row: GenerationRow): GenerationView {
  return {
    ...row,
    uploadIds: row.inputs.map(({ uploadId }) => uploadId),
    outputs: row.outputs.map((output) => ({ ...output, byteSize: Number(output.byteSize) })),
    price: toMoney(row.holdAmount, row.unit),
    cost: toCost(row),
  };
}

/** What was settled; null before that, and where nothing has a price. */
export function toCost({ ledger }: Pick<GenerationRow, 'ledger'>): Money | null {
  const [first] = ledger;
  if (!first || !ledger.some(({ kind }) => kind === 'settlement')) return null;
  const spent = ledger.reduce((sum, entry) => sum + toParts(entry.spent.toFixed(4)), 0n);
  return fromParts(spent, first.unit as Unit);
}
