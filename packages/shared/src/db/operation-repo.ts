import { uuidv7 } from 'uuidv7';
import { type GenerationState, isReopenedByOperation } from '../domain/generation-state.ts';
import { findModel } from '../domain/models.ts';
import { append } from './audit-repo.ts';
import type { Database, Transaction } from './client.ts';
import { stamps, transition } from './transition.ts';
import { recordEvent } from './webhook-outbox.ts';

/** No provider keeps a result for longer. */
const RESUMED_DAYS = 7;

export interface AcceptedWork {
  generationId: string;
  provider: string;
  operationIds: readonly string[];
}

/** Where a watcher must look, and after how long. */
export interface Watch {
  keyId: string;
  fence: number;
  delayMs: number;
}

export interface Recorded {
  erased: boolean;
  watch: Watch | null;
}

/**
 * Writes a provider's ids, unfenced, by whoever got them: they are never refused, since the provider accepted the
 * work and bills it. They set the generation running, from wherever it was given up.
 *
 * @returns `erased` where the generation went with its owner's account; else the watcher to start, if one is needed
 */
export function recordOperations(db: Database, work: AcceptedWork, pace: Pace): Promise<Recorded> {
  const { generationId, provider, operationIds } = work;
  return db.$transaction(async (tx) => {
    const found = await tx.$executeRaw`select 1 from generations where id = ${generationId}::uuid for update`;
    if (found === 0) return { erased: true, watch: null };
    const position = await tx.operation.count({ where: { generationId } });
    await tx.operation.createMany({
      data: operationIds.map((operationId, index) => ({
        id: uuidv7(),
        provider,
        operationId,
        generationId,
        position: position + index,
      })),
      skipDuplicates: true,
    });
    await tx.submission.updateMany({
      where: { generationId, outcome: { not: 'not_sent' } },
      data: { outcome: 'accepted', finishedAt: new Date() },
    });
    const generation = await tx.generation.findUniqueOrThrow({ where: { id: generationId } });
    if (isReopenedByOperation(generation.state, generation.dismissedAt !== null)) {
      await tx.generation.update({
        where: { id: generationId },
        data: { ...stamps('running'), ...reopened(generation) },
      });
      await recordEvent(tx, generationId, 'running');
      await append(tx, {
        action: 'generation.accepted',
        actorId: generation.userId,
        subject: 'generation',
        subjectId: generationId,
        detail: { from: generation.state, operations: operationIds.length },
      });
    }
    return { erased: false, watch: await bumpWatch(tx, generation.keyId, pace) };
  });
}

/** How long after something new the watcher looks at it: what comes meanwhile is looked at with it. Milliseconds. */
export interface Pace {
  spacingMs: number;
}

/**
 * Sees to it that somebody looks at the work of a key soon: names the next watcher, which makes any older one end
 * itself. Null where one was named a moment ago and is still to look: it will see this too. So the provider is never
 * asked more often than the spacing allows, whatever happens and however many workers there are.
 */
export async function bumpWatch(tx: Transaction, keyId: string, { spacingMs }: Pace): Promise<Watch | null> {
  const rows = await tx.$queryRaw<{ fence: number }[]>`
    update provider_keys set watch_fence = watch_fence + 1, watch_touched_at = now(),
      watch_due_at = now() + make_interval(secs => ${spacingMs / 1000}::float8)
    where id = ${keyId}::uuid and (watch_due_at is null or watch_due_at <= now())
    returning watch_fence as fence`;
  const [row] = rows;
  return row ? { keyId, fence: row.fence, delayMs: spacingMs } : null;
}

/** `expired -> running`: its owner asks to look again. False where there is no operation to look for. */
export async function lookAgain(
  tx: Transaction,
  generation: { id: string; model: string },
): Promise<boolean> {
  const { id, model } = generation;
  if ((await tx.operation.count({ where: { generationId: id } })) === 0) return false;
  await tx.operation.updateMany({
    where: { generationId: id, state: 'succeeded' },
    data: { state: 'pending', resultUrls: [] },
  });
  return transition(tx, {
    id,
    to: 'running',
    from: ['expired'],
    data: { deadlineAt: deadlineOf(model), errorCode: null, errorReason: null, storeFaultCount: 0 },
  });
}

/**
 * Paid work whose key was erased goes on once its owner has entered the same key again.
 *
 * @param key the new entry
 * @returns the generations
 */
export async function resumeErased(
  tx: Transaction,
  key: { id: string; ownerId: string; provider: string },
  fingerprint: Uint8Array<ArrayBuffer>,
): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string; model: string; state: GenerationState }[]>`
    update generations g set key_id = ${key.id}::uuid from provider_keys k
    where k.id = g.key_id and k.sealed is null and k.fingerprint = ${fingerprint}
      and k.owner_id = ${key.ownerId}::uuid and k.provider = ${key.provider}
      and g.updated_at > now() - make_interval(days => ${RESUMED_DAYS})
      and (g.state in ('running', 'storing', 'outcome_unknown')
        or (g.state = 'expired' and g.error_code = 'key_erased'))
    returning g.id, g.model, g.state::text as state`;
  for (const row of rows) if (row.state === 'expired') await lookAgain(tx, row);
  return rows.map(({ id }) => id);
}

function reopened(generation: { state: GenerationState; model: string; submittedAt: Date | null }) {
  return {
    state: 'running' as const,
    submittedAt: generation.submittedAt ?? new Date(),
    deadlineAt: deadlineOf(generation.model),
    dismissedAt: null,
    // Paid work that turns up is shown again, also where its owner had put it away.
    deletedAt: null,
    errorCode: null,
    errorReason: null,
  };
}

/** From now; half an hour for a model that left the catalogue. */
function deadlineOf(model: string): Date {
  return new Date(Date.now() + (findModel(model)?.deadlineSeconds ?? 1_800) * 1000);
}
