import type { Generation } from '@veogate/shared/contracts/generations';
import { listOpenBreakers, type OpenBreaker } from '@veogate/shared/db/breaker-repo';
import type { GenerationView } from '@veogate/shared/db/generation-view';
import type { ExpectedLatency } from '@veogate/shared/db/latency-repo';
import { findPlaces, type Place } from '@veogate/shared/db/queue-repo';
import { toStrings } from '@veogate/shared/db/values';
import { isRetryable } from '@veogate/shared/domain/errors';
import {
  type GenerationErrorCode,
  generationErrors,
  isGenerationErrorCode,
} from '@veogate/shared/domain/errors/generations';
import { toFailure } from '@veogate/shared/domain/failure';
import { toStatus } from '@veogate/shared/domain/generation-state';
import { findModel, type Kind } from '@veogate/shared/domain/models';
import { estimateWait, type Slots, toSlots } from '@veogate/shared/domain/waiting';
import type { Services } from '../services.ts';

type Needs = Pick<Services, 'db' | 'latencies' | 'config'>;

/** Shows generations as the API does, with what is known of each at this moment. */
export function createGenerationPresenter({ db, latencies, config }: Needs) {
  const slots = toSlots(config);
  return async (rows: readonly GenerationView[]): Promise<Generation[]> => {
    const waiting = rows
      .filter(({ state }) => state === 'queued' || state === 'admitted')
      .map(({ id }) => id);
    const places = await findPlaces(db, waiting);
    const breakers = waiting.length > 0 ? await listOpenBreakers(db) : [];
    const expected = new Map<string, ExpectedLatency>();
    for (const model of new Set(rows.map((row) => row.model))) expected.set(model, await latencies.of(model));
    return rows.map((row) =>
      presentGeneration(row, {
        place: places.get(row.id),
        breaker: breakers.find(({ provider }) => provider === findModel(row.model)?.provider),
        latency: expected.get(row.model) ?? { p50Ms: 0, p90Ms: 0, measured: false },
        slots,
      }),
    );
  };
}

/** What is known of a generation beside its rows. */
export interface Prospects {
  /** Undefined once it left the queue. */
  place: Place | undefined;
  /** Where its provider is sent nothing for now. */
  breaker?: OpenBreaker | undefined;
  /** How long one of this model takes. */
  latency: ExpectedLatency;
  slots: Slots;
}

/** A generation as the API shows it. */
export function presentGeneration(row: GenerationView, prospects: Prospects): Generation {
  const { place, latency, slots } = prospects;
  const self = `/v1/generations/${row.id}`;
  return {
    id: row.id,
    status: toStatus(row.state, row.cancelRequestedAt !== null),
    stage: row.state,
    queue_position: place?.position ?? null,
    model: row.model,
    kind: row.kind as Kind,
    prompt: row.prompt,
    params: toStrings(row.params),
    count: row.count,
    image_ids: row.uploadIds,
    metadata: toStrings(row.metadata),
    project_id: row.projectId,
    key_id: row.keyId,
    retry_of: row.retryOf,
    estimate: {
      price: row.price,
      ...presentLatency(latency),
      wait_seconds: place ? estimateWait(place, slots, latency) : null,
    },
    cost: row.cost,
    filtered_count: row.filteredCount,
    error: toError(row),
    pinned: row.pinnedAt !== null,
    waiting: toWaiting(row, prospects),
    outputs: row.outputs.map((output) => ({
      index: output.index,
      mime_type: output.mimeType,
      byte_size: output.byteSize,
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

/** How long one takes, in seconds. */
export function presentLatency({ p50Ms, p90Ms, measured }: ExpectedLatency) {
  const [p50, p90] = [Math.ceil(p50Ms / 1000), Math.ceil(p90Ms / 1000)];
  return { expected_seconds: p50, run_seconds: { p50, p90 }, measured };
}

function toError(row: GenerationView): Generation['error'] {
  const failure = toFailure(row);
  if (!failure) return null;
  const { code, title, billing, advice, retry } = failure;
  const reason = row.errorReason;
  return { code, message: title, reason, billing, advice, retry, retryable: isRetryable(retry) };
}

/** Only while it does wait: the reason of a wait that is over stays in its row until the next change. */
function toWaiting(row: GenerationView, { breaker, place }: Prospects): Generation['waiting'] {
  const { state, errorCode, errorReason, eligibleAt } = row;
  if (state === 'queued' && place && place.keyState !== 'active') {
    return describeWait(place.keyState === 'checking' ? 'key_unchecked' : 'key_needs_reentry', null, null);
  }
  if (breaker && state === 'queued') return describeWait('provider_down', breaker.reason, breaker.until);
  if (!errorCode || !isGenerationErrorCode(errorCode)) return null;
  const until = eligibleAt > new Date() ? eligibleAt : null;
  if (state !== 'storing' && !(state === 'queued' && until)) return null;
  const waiting = describeWait(errorCode, errorReason, until);
  // What would be for its owner to do once it had ended happens by itself until then.
  return state === 'storing' ? { ...waiting, retry: 'automatic' } : waiting;
}

function describeWait(code: GenerationErrorCode, reason: string | null, until: Date | null) {
  const { title, billing, advice, retry } = generationErrors[code];
  return { code, message: title, reason, billing, advice, retry, until: until?.toISOString() ?? null };
}
