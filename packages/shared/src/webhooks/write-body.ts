import { toFailure } from '../domain/failure.ts';
import { type GenerationState, heldStates, toStatus } from '../domain/generation-state.ts';
import type { Money } from '../domain/money.ts';

/** A generation as db/webhook-outbox.ts writes it down. Times as Postgres writes them in JSON. */
interface Snapshot {
  state: GenerationState;
  model: string;
  kind: string;
  count: number;
  projectId: string;
  metadata: Record<string, string>;
  errorCode: string | null;
  filteredCount: number;
  createdAt: string;
  finishedAt: string | null;
  outputs: { index: number; mimeType: string; byteSize: number }[];
}

interface Message {
  type: string;
  occurredAt: Date;
  generationId: string | null;
  endpointId: string;
  /** Null for a test. */
  snapshot: unknown;
}

/** What is held is not settled: whatever was spent before, it may change. */
const held: readonly GenerationState[] = heldStates;

/**
 * The body of a message. Of a generation it holds what the API shows, under the same names, without what its owner
 * wrote as prompt.
 *
 * @param cost what was settled by now; null where nothing was
 */
export function writeBody(message: Message, cost: Money | null): string {
  const { type, occurredAt, generationId, endpointId, snapshot } = message;
  return JSON.stringify({
    type,
    timestamp: occurredAt.toISOString(),
    // The outbox wrote it in this very shape.
    data: generationId ? toData(generationId, snapshot as Snapshot, cost) : { webhook_id: endpointId },
  });
}

function toData(id: string, snapshot: Snapshot, cost: Money | null) {
  const { state } = snapshot;
  return {
    id,
    status: toStatus(state, false),
    model: snapshot.model,
    kind: snapshot.kind,
    count: snapshot.count,
    project_id: snapshot.projectId,
    metadata: snapshot.metadata,
    error: toError(snapshot),
    filtered_count: snapshot.filteredCount,
    outputs: snapshot.outputs.map(({ index, mimeType, byteSize }) => ({
      index,
      mime_type: mimeType,
      byte_size: byteSize,
      url: `/v1/generations/${id}/outputs/${index}`,
    })),
    cost: held.includes(state) ? null : cost,
    created_at: toTime(snapshot.createdAt),
    finished_at: snapshot.finishedAt && toTime(snapshot.finishedAt),
  };
}

function toError(snapshot: Snapshot) {
  const failure = toFailure(snapshot);
  if (!failure) return null;
  const { code, title, billing, advice, retry } = failure;
  return { code, message: title, billing, advice, retry };
}

function toTime(text: string): string {
  return new Date(text).toISOString();
}
