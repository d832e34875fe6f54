import { isDatabaseAway } from '@veogate/shared/db/database-away';
import { bumpWatch } from '@veogate/shared/db/operation-repo';
import {
  askForFreshLinks,
  finishStoring,
  giveUpStoring,
  loadStoringWork,
  recordOutput,
  type StoringFault,
  type StoringWork,
  touchStoring,
  waitToStore,
} from '@veogate/shared/db/store-repo';
import { AppError } from '@veogate/shared/domain/errors';
import { findModel } from '@veogate/shared/domain/models';
import { expiryOf } from '@veogate/shared/domain/retention';
import { probeMedia } from '@veogate/shared/storage/probe-media';
import { StorageError } from '@veogate/shared/storage/storage-error';
import { UnreadableMediaError } from '@veogate/shared/storage/unreadable-media-error';
import { faultOfStoring } from '../fault-of-storing.ts';
import { handOver } from '../hand-over.ts';
import { paceOf } from '../pace-of.ts';
import type { Again } from '../run-workers.ts';
import type { Services } from '../services.ts';
import { reached } from '../steps.ts';

const TOUCH_EVERY_MS = 30_000;
/** After what kept it from being stored, it waits so long; doubling, up to the second. Milliseconds. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 5 * 60_000;
/** A job that comes earlier than this is one too many. Milliseconds. */
const EARLY_MS = 1_000;

interface PlannedOutput {
  index: number;
  operationId: string;
  url: string;
}

/**
 * Fetches what a generation made, checks it, and keeps it. It is paid for: whatever keeps it from being stored, here or
 * at its provider, is tried again until the provider forgets it.
 */
export function createStore(services: Services) {
  const { db, config, providers, opener, store, events, log, stopping } = services;

  return async ({ generationId }: { generationId: string }): Promise<Again | undefined> => {
    const work = await loadStoringWork(db, generationId);
    if (!work || work.eligibleAt.getTime() > Date.now() + EARLY_MS) return undefined;
    const alive = setInterval(() => void touchStoring(db, generationId).catch(() => {}), TOUCH_EVERY_MS);
    try {
      reached('store.started', generationId);
      await fetchMissing(work);
      if (!(await finishStoring(db, work))) return undefined;
    } catch (error) {
      if (stopping.signal.aborted || isDatabaseAway(error)) throw error;
      return await goOnAfter(work, error);
    } finally {
      clearInterval(alive);
    }
    reached('store.finished', generationId);
    log.info({ generationId }, 'stored');
    await handOver.admit(services);
    await handOver.readQuota(services, work.key.id);
    events.changed(generationId);
    return undefined;
  };

  /** Gives it up where its provider has forgotten it; else asks for fresh links, or waits. */
  async function goOnAfter(work: StoringWork, error: unknown): Promise<Again | undefined> {
    const { id: generationId, retainedUntil, storeFaultCount } = work;
    const fault = faultOfStoring(error);
    const leftMs = retainedUntil === null ? Number.POSITIVE_INFINITY : retainedUntil.getTime() - Date.now();
    log.warn({ err: error, generationId, code: fault?.code, leftMs }, 'it could not be stored');
    if (leftMs <= 0)
      return giveUp(work, fault ?? { code: 'download_failed', reason: 'It could not be stored.' });
    if (!fault) throw error;
    if (fault.code === 'download_refused' && !areLinksNew(work)) return getFreshLinks(work, fault.reason);
    const waitMs = Math.max(FIRST_WAIT_MS * 2 ** storeFaultCount, fault.retryAfterMs ?? 0);
    const againInMs = Math.min(waitMs, LONGEST_WAIT_MS, leftMs);
    if (!(await waitToStore(db, work, fault, new Date(Date.now() + againInMs)))) return undefined;
    events.changed(generationId);
    return { againInMs };
  }

  async function giveUp(work: StoringWork, fault: StoringFault): Promise<undefined> {
    if (!(await giveUpStoring(db, work, fault))) return;
    await handOver.admit(services);
    events.changed(work.id);
  }

  async function getFreshLinks(work: StoringWork, reason: string): Promise<undefined> {
    if (!(await askForFreshLinks(db, work, reason))) return;
    log.info({ generationId: work.id }, 'fresh links are needed');
    await handOver.watch(services, await bumpWatch(db, work.key.id, paceOf(services, work.provider)));
    events.changed(work.id);
  }

  /** Stores every output that is not stored yet. Throws the first fault, after what can be stored is. */
  async function fetchMissing(work: StoringWork): Promise<void> {
    const { key } = work;
    if (!key.sealed) throw new AppError('key_erased');
    const secret = await opener.open({ ...key, keyId: key.id, sealed: key.sealed });
    const stored = new Set(work.outputs.map(({ index }) => index));
    const faults: unknown[] = [];
    for (const planned of planOutputs(work)) {
      if (stored.has(planned.index)) continue;
      await fetchOne(work, planned, secret).catch((error: unknown) => {
        // The next would meet the same.
        if (stopping.signal.aborted || error instanceof StorageError || !faultOfStoring(error)) throw error;
        faults.push(error);
      });
    }
    if (faults.length > 0) throw faults[0];
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
        const got = `${size} of ${contentLength} bytes`;
        throw new UnreadableMediaError('download_truncated', `The file broke off: ${got}.`);
      }
      const media = await probeMedia(path, size, expected);
      reached('store.fetched', work.id);
      return media;
    });
    reached('store.kept', work.id);
    await recordOutput(db, {
      generationId: work.id,
      index,
      operationId,
      storageKey,
      sha256,
      byteSize: BigInt(byteSize),
      ...checked,
      expiresAt: expiryOf(config.RETENTION_HOURS),
    });
    reached('store.recorded', work.id);
  }
}

/**
 * Whether its links are as fresh as they get, so that asking for others is no use right now: they came after a fault,
 * and none was refused before.
 */
function areLinksNew({ storeFaultCount, errorCode }: StoringWork): boolean {
  return storeFaultCount > 0 && errorCode !== 'download_refused';
}

/** Every link of every operation that succeeded, numbered in the order in which the provider gave them. */
function planOutputs({ operations }: StoringWork): PlannedOutput[] {
  return operations
    .filter(({ state }) => state === 'succeeded')
    .flatMap(({ id, resultUrls }) => resultUrls.map((url) => ({ operationId: id, url })))
    .map((output, index) => ({ ...output, index }));
}
