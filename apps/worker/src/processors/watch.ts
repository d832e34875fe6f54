import {
  expire,
  finishOperation,
  keepAway,
  loadWatchedWork,
  type PendingOperation,
  touchWatch,
  type WatchedWork,
} from '@veogate/shared/db/watch-repo';
import { findModel } from '@veogate/shared/domain/models';
import { growingDelay, pollDelay } from '@veogate/shared/domain/polling';
import {
  type CallOptions,
  type OperationReport,
  ProviderCallError,
} from '@veogate/shared/providers/video-provider';
import { handOver } from '../hand-over.ts';
import { paceOf } from '../pace-of.ts';
import { createRecovery } from '../recover-lost.ts';
import type { Again } from '../run-workers.ts';
import type { Services } from '../services.ts';
import { reached } from '../steps.ts';

/** Looks after all the work of one key at its provider, until nothing is left of it. */
export function createWatch(services: Services) {
  const { db, config, providers, opener, events, latencies, log } = services;
  const recover = createRecovery(services);

  return async ({ keyId, fence }: { keyId: string; fence: number }): Promise<Again | undefined> => {
    const work = await loadWatchedWork(services, keyId);
    // A newer watcher knows of everything that this one does.
    if (!work || work.key.watchFence !== fence) return undefined;
    if (work.pending.length + work.lost.length === 0) return undefined;
    const { sealed } = work.key;
    if (!sealed) return giveUp(work);
    reached('watch.loaded', keyId);
    await touchWatch(db, work.key);
    const secret = await opener.open({ ...work.key, keyId, sealed });
    const calls = countCalls();
    const { reports, retryAfterMs } = await ask(work, { secret, onCall: calls.count });
    for (const operation of work.pending) await apply(keyId, operation, reports.get(operation.operationId));
    await recover(work, { secret, onCall: calls.count });
    const awayMs = calls.most() * paceOf(services, work.key.provider).spacingMs;
    if (calls.most() > 1) await keepAway(db, work.key, awayMs);
    return sleepUntilDue(work, reports, Math.max(retryAfterMs, awayMs));
  };

  async function ask(
    { key, pending }: WatchedWork,
    call: CallOptions,
  ): Promise<{ reports: Map<string, OperationReport>; retryAfterMs: number }> {
    if (pending.length === 0) return { reports: new Map(), retryAfterMs: 0 };
    try {
      const ids = pending.map(({ operationId }) => operationId);
      const reports = await providers.get(key.provider).poll(ids, call);
      reached('watch.polled', key.id);
      return { reports, retryAfterMs: 0 };
    } catch (error) {
      if (!(error instanceof ProviderCallError)) throw error;
      log.warn({ err: error, keyId: key.id }, 'a poll failed');
      if (error.status === 401) await handOver.checkKey(services, key.id);
      return { reports: new Map(), retryAfterMs: error.retryAfterMs ?? 0 };
    }
  }

  async function apply(
    keyId: string,
    operation: PendingOperation,
    report: OperationReport | undefined,
  ): Promise<void> {
    const { generationId, model, deadlineAt } = operation;
    if (report?.state === 'succeeded' || report?.state === 'failed') {
      const retentionHours = findModel(model)?.retentionHours ?? 24;
      const { next, fence } = await finishOperation(db, operation, report, retentionHours);
      reached('watch.finished', generationId);
      if (next !== 'waiting') log.info({ generationId, next }, 'provider is done');
      if (next === 'storing') await handOver.store(services, { id: generationId, fence });
      if (next === 'failed') {
        await handOver.admit(services);
        await handOver.readQuota(services, keyId);
      }
      if (next !== 'waiting') events.changed(generationId);
    } else if (deadlineAt && deadlineAt < new Date()) {
      if (await expire(db, generationId, 'deadline_passed')) events.changed(generationId);
      await handOver.admit(services);
    }
  }

  /** The key was erased: nobody can ask any more. */
  async function giveUp({ pending, lost }: WatchedWork): Promise<undefined> {
    const ids = new Set([...pending, ...lost].map(({ generationId }) => generationId));
    for (const id of ids) if (await expire(db, id, 'key_erased')) events.changed(id);
  }

  /** @param earliestMs what the pace, or the provider itself, asks for */
  async function sleepUntilDue(
    { pending, lost }: WatchedWork,
    reports: Map<string, OperationReport>,
    earliestMs: number,
  ): Promise<Again | undefined> {
    const now = Date.now();
    const min = Math.max(config.POLL_MIN_INTERVAL_MS, earliestMs);
    const delays: number[] = [];
    for (const { operationId, model, submittedAt } of pending) {
      const state = reports.get(operationId)?.state;
      if (state === 'succeeded' || state === 'failed') continue;
      const age = now - (submittedAt?.getTime() ?? now);
      const { measured, p50Ms } = await latencies.of(model);
      // What the catalogue expects is a guess, and a wrong one would let what is done wait.
      delays.push(measured ? pollDelay(age, p50Ms, min) : growingDelay(age, min));
    }
    for (const { startedAt, expected } of lost) {
      if (expected) delays.push(growingDelay(now - startedAt.getTime(), min));
    }
    return delays.length > 0 ? { againInMs: Math.min(...delays) } : undefined;
  }
}

/** Counts the calls of a round by the endpoint that the provider counts them for. */
function countCalls() {
  const calls = new Map<string, number>();
  return {
    count: (endpoint: string): void => void calls.set(endpoint, (calls.get(endpoint) ?? 0) + 1),
    /** Of the endpoint that was called most; at least one. */
    most: (): number => Math.max(1, ...calls.values()),
  };
}
