import type { Generation } from '@veogate/shared/contracts/generations';
import { type GenerationRow, queuePositions } from '@veogate/shared/db/generation-repo';
import { toMoney, toStrings } from '@veogate/shared/db/values';
import { describeError, isErrorCode } from '@veogate/shared/domain/errors';
import { toStatus } from '@veogate/shared/domain/generation-state';
import type { Kind } from '@veogate/shared/domain/models';
import { fromParts, toParts, type Unit } from '@veogate/shared/domain/money';
import type { Services } from '../services.ts';

type Needs = Pick<Services, 'db' | 'latencies'>;

/** Shows generations as the API does, with what is known of each at this moment. */
export function createGenerationPresenter({ db, latencies }: Needs) {
  return async (rows: readonly GenerationRow[]): Promise<Generation[]> => {
    const waiting = rows
      .filter(({ state }) => state === 'queued' || state === 'admitted')
      .map(({ id }) => id);
    const positions = await queuePositions(db, waiting);
    return Promise.all(
      rows.map(async (row) =>
        presentGeneration(row, {
          queuePosition: positions.get(row.id) ?? null,
          expectedSeconds: await latencies.expectedSeconds(row.model),
        }),
      ),
    );
  };
}

/** What is known of a generation beside its rows. */
export interface Prospects {
  queuePosition: number | null;
  /** How long one of this model usually takes. */
  expectedSeconds: number;
}

/** A generation as the API shows it. */
export function presentGeneration(
  row: GenerationRow,
  { queuePosition, expectedSeconds }: Prospects,
): Generation {
  const self = `/v1/generations/${row.id}`;
  return {
    id: row.id,
    status: toStatus(row.state, row.cancelRequestedAt !== null),
    stage: row.state,
    queue_position: queuePosition,
    model: row.model,
    kind: row.kind as Kind,
    prompt: row.prompt,
    params: toStrings(row.params),
    count: row.count,
    image_ids: row.inputs.map(({ uploadId }) => uploadId),
    metadata: toStrings(row.metadata),
    project_id: row.projectId,
    key_id: row.keyId,
    retry_of: row.retryOf,
    estimate: { price: toMoney(row.holdAmount, row.unit), expected_seconds: expectedSeconds },
    cost: toCost(row),
    filtered_count: row.filteredCount,
    error: toError(row),
    outputs: row.outputs.map((output) => ({
      index: output.index,
      mime_type: output.mimeType,
      byte_size: Number(output.byteSize),
      width: output.width,
      height: output.height,
      duration_ms: output.durationMs,
      url: `${self}/outputs/${output.index}`,
      expires_at: output.expiresAt?.toISOString() ?? null,
    })),
    urls: { self, cancel: `${self}/cancel`, events: `${self}/events`, outputs: `${self}/outputs` },
    created_at: row.createdAt.toISOString(),
    submitted_at: row.submittedAt?.toISOString() ?? null,
    finished_at: row.finishedAt?.toISOString() ?? null,
    updated_at: row.updatedAt.toISOString(),
  };
}

/** What was settled; null before that, and where nothing has a price. */
function toCost({ ledger }: GenerationRow): Generation['cost'] {
  const [first] = ledger;
  if (!first || !ledger.some(({ kind }) => kind === 'settlement')) return null;
  const spent = ledger.reduce((sum, entry) => sum + toParts(entry.spent.toFixed(4)), 0n);
  return fromParts(spent, first.unit as Unit);
}

function toError({ state, errorCode, errorReason }: GenerationRow): Generation['error'] {
  if (!errorCode || !isErrorCode(errorCode) || !['failed', 'expired', 'outcome_unknown'].includes(state))
    return null;
  const { title, advice, billing, retryable } = describeError(errorCode);
  return {
    code: errorCode,
    message: title,
    reason: errorReason,
    billing: billing ?? 'not_billed',
    advice,
    retryable,
  };
}
