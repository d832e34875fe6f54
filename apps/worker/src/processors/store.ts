import { bumpWatch } from '@veogate/shared/db/operation-repo';
import {
  askForFreshLinks,
  finishStoring,
  giveUpStoring,
  loadStoringWork,
  recordOutput,
  type StoringWork,
} from '@veogate/shared/db/store-repo';
import { findModel } from '@veogate/shared/domain/models';
import { ProviderCallError } from '@veogate/shared/providers/video-provider';
import { probeMedia } from '@veogate/shared/storage/probe-media';
import { handOver } from '../hand-over.ts';
import { paceOf } from '../pace-of.ts';
import type { Services } from '../services.ts';
import { reached } from '../steps.ts';

/** Answers that mean: this link is no longer good. */
const STALE_LINK = [401, 403, 404, 410];
const TOUCH_EVERY_MS = 30_000;

interface PlannedOutput {
  index: number;
  operationId: string;
  url: string;
}

/** Fetches what a generation made, checks it, and keeps it. Our own faults are retried until the provider forgets. */
export function createStore(services: Services) {
  const { db, config, providers, opener, store, events, log, stopping } = services;

  return async ({ generationId }: { generationId: string }): Promise<undefined> => {
    const work = await loadStoringWork(db, generationId);
    if (!work) return;
    const alive = setInterval(() => void loadStoringWork(db, generationId).catch(() => {}), TOUCH_EVERY_MS);
    try {
      reached('store.started', generationId);
      const stale = await fetchMissing(work);
      const ended = stale ? await askForFreshLinks(db, work, stale) : await finishStoring(db, work);
      if (!ended) return;
      if (!stale) reached('store.finished', generationId);
      log.info({ generationId, stale: stale !== null }, stale ? 'fresh links are needed' : 'stored');
      if (stale)
        await handOver.watch(services, await bumpWatch(db, work.key.id, paceOf(services, work.provider)));
      else {
        await handOver.admit(services);
        await handOver.readQuota(services, work.key.id);
      }
      events.changed(generationId);
    } catch (error) {
      if (stopping.signal.aborted || work.retainedUntil === null || work.retainedUntil > new Date())
        throw error;
      await giveUpStoring(db, work, error instanceof Error ? error.message : 'unknown');
      events.changed(generationId);
    } finally {
      clearInterval(alive);
    }
  };

  /** Stores every output that is not stored yet. Returns why a link was refused, or null when all are there. */
  async function fetchMissing(work: StoringWork): Promise<string | null> {
    const { key } = work;
    if (!key.sealed) throw new Error('The key was erased.');
    const secret = await opener.open({ ...key, keyId: key.id, sealed: key.sealed });
    const stored = new Set(work.outputs.map(({ index }) => index));
    for (const planned of planOutputs(work)) {
      if (stored.has(planned.index)) continue;
      try {
        await fetchOne(work, planned, secret);
      } catch (error) {
        if (error instanceof ProviderCallError && STALE_LINK.includes(error.status ?? 0))
          return error.message;
        throw error;
      }
    }
    return null;
  }

  async function fetchOne(
    work: StoringWork,
    { index, operationId, url }: PlannedOutput,
    secret: string,
  ): Promise<void> {
    const expected = findModel(work.model)?.output ?? 'video';
    const month = work.createdAt.toISOString().slice(0, 7);
    const storageKey = `outputs/${month}/${work.id}/${index}`;
    const { body, contentLength } = await providers
      .get(work.provider)
      .download(url, { secret, signal: stopping.signal });
    const { byteSize, sha256, checked } = await store.put(storageKey, body, async (path, size) => {
      if (contentLength !== null && size !== contentLength) {
        throw new ProviderCallError(`The file broke off: ${size} of ${contentLength} bytes.`);
      }
      const media = await probeMedia(path, size, expected);
      reached('store.fetched', work.id);
      return media;
    });
    reached('store.kept', work.id);
    const hours = config.RETENTION_HOURS;
    await recordOutput(db, {
      generationId: work.id,
      index,
      operationId,
      storageKey,
      sha256,
      byteSize: BigInt(byteSize),
      ...checked,
      expiresAt: hours > 0 ? new Date(Date.now() + hours * 3_600_000) : null,
    });
    reached('store.recorded', work.id);
  }
}

/** Every link of every operation that succeeded, numbered in the order in which the provider gave them. */
function planOutputs({ operations }: StoringWork): PlannedOutput[] {
  return operations
    .filter(({ state }) => state === 'succeeded')
    .flatMap(({ id, resultUrls }) => resultUrls.map((url) => ({ operationId: id, url })))
    .map((output, index) => ({ ...output, index }));
}
