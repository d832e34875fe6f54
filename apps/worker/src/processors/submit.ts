import { reportFailing, reportWorking } from '@veogate/shared/db/breaker-repo';
import { bumpWatch } from '@veogate/shared/db/operation-repo';
import {
  type Claim,
  claimForSubmit,
  failSubmission,
  findForSubmit,
  markOutcomeUnknown,
  requeueSubmission,
  returnToQueue,
  stillHoldsLease,
} from '@veogate/shared/db/submission-repo';
import { toStrings } from '@veogate/shared/db/values';
import { AppError } from '@veogate/shared/domain/errors';
import { isGenerationErrorCode } from '@veogate/shared/domain/errors/generations';
import type { InputImage, SubmitOutcome, SubmitRequest } from '@veogate/shared/providers/video-provider';
import { readAll } from '@veogate/shared/storage/disk';
import { handOver } from '../hand-over.ts';
import { keepOperations } from '../keep-operations.ts';
import { paceOf } from '../pace-of.ts';
import { persistently } from '../persistently.ts';
import type { Again } from '../run-workers.ts';
import type { Services } from '../services.ts';
import { reached } from '../steps.ts';

/** The lease lasts for the call and as long again, for what comes before and after it. */
const LEASE_FACTOR = 2;
/** Times that a submit may come to nothing, certainly unsent, before its generation is given up. */
const MAX_NOT_SENT = 20;

/** Hands one generation to its provider, at most once: intent first, then the call, then the ids before all else. */
export function createSubmit(services: Services) {
  const { db, config, providers, opener, store, events, log, worker, givingUp } = services;

  return async ({ generationId }: { generationId: string }): Promise<Again | undefined> => {
    const waiting = await findForSubmit(db, generationId);
    if (!waiting) return undefined;
    const provider = providers.get(waiting.provider);
    const result = await claimForSubmit(db, {
      generationId,
      worker,
      leaseMs: config.SUBMIT_TIMEOUT_MS * LEASE_FACTOR,
      endpoint: provider.endpointOf(waiting.kind),
      requestsPerMinute: provider.requestsPerMinute,
    });
    if ('paceMs' in result) return { againInMs: result.paceMs };
    if ('refused' in result) {
      if (await returnToQueue(db, generationId)) events.changed(generationId);
      return undefined;
    }

    const { claim } = result;
    reached('submit.claimed', generationId);
    events.changed(generationId);
    const outcome = await prepareAndSubmit(claim);
    if (outcome) await persistently(log, () => record(claim, outcome));
    if (outcome) await reportHealth(claim, outcome);
    reached('submit.done', generationId);
    events.changed(generationId);
    return undefined;
  };

  /** Everything that can fail on our side happens before the call, when it is still certain that nothing was sent. */
  async function prepareAndSubmit(claim: Claim): Promise<SubmitOutcome | null> {
    const { key } = claim.generation;
    let request: SubmitRequest;
    let secret: string;
    try {
      request = await readRequest(claim);
      secret = await opener.open({ ...key, keyId: key.id, sealed: key.sealed ?? new Uint8Array() });
    } catch (error) {
      if (error instanceof AppError && isGenerationErrorCode(error.code)) {
        const failure = { code: error.code, reason: error.message };
        await failSubmission(db, claim, 'not_sent', failure);
        return null;
      }
      log.error({ err: error, generationId: claim.generation.id }, 'a submit could not be prepared');
      return notSent('The service could not prepare the request.');
    }
    // A worker that slept past its lease must not send: another one may have spoken for this submission.
    reached('submit.prepared', claim.generation.id);
    if (!(await stillHoldsLease(db, claim))) return notSent('The lease ran out.');
    const provider = providers.get(claim.generation.provider);
    reached('submit.sending', claim.generation.id);
    const options = { secret, timeoutMs: config.SUBMIT_TIMEOUT_MS, signal: givingUp.signal };
    const outcome = await provider.submit(request, options);
    reached('submit.answered', claim.generation.id);
    return outcome;
  }

  async function readRequest({ generation }: Claim): Promise<SubmitRequest> {
    const images: InputImage[] = [];
    for (const { upload } of generation.inputs) {
      const object = upload.deletedAt ? null : await store.read(upload.storageKey);
      if (!object) throw new AppError('inputs_gone');
      images.push({ bytes: new Uint8Array(await readAll(object.body)), mimeType: upload.mimeType });
    }
    const { model, kind, prompt, count, params } = generation;
    return { model, kind: kind as SubmitRequest['kind'], prompt, count, params: toStrings(params), images };
  }

  async function record(claim: Claim, result: SubmitOutcome): Promise<void> {
    const { id: generationId, provider, keyId, notSentCount } = claim.generation;
    log.info({ generationId, outcome: result.outcome }, 'submit answered');
    switch (result.outcome) {
      case 'accepted': {
        await keepOperations(services, { generationId, provider, operationIds: result.operationIds });
        return;
      }
      case 'rejected':
        await failSubmission(db, claim, 'rejected', result.failure);
        // It may be the key itself; the free check finds out.
        if (['key_refused', 'key_invalid', 'quota_exceeded'].includes(result.failure.code)) {
          await handOver.checkKey(services, keyId);
        }
        await handOver.admit(services);
        return;
      case 'not_sent': {
        const delayMs = result.retryAfterMs ?? Math.min(300_000, 2_000 * 2 ** notSentCount);
        if (notSentCount + 1 >= MAX_NOT_SENT) {
          const { reason } = result;
          await failSubmission(db, claim, 'not_sent', { code: 'retries_exhausted', reason });
          await handOver.admit(services);
          return;
        }
        await requeueSubmission(db, claim, result, delayMs);
        await handOver.admit(services, delayMs + 50);
        return;
      }
      case 'unknown':
        await markOutcomeUnknown(db, claim, result.reason);
        // The provider's history may still show it.
        await handOver.watch(services, await bumpWatch(db, keyId, paceOf(services, provider)));
        await handOver.admit(services);
    }
  }

  /** Tells the provider's circuit breaker. What failed on our side says nothing about the provider. */
  async function reportHealth({ generation, probe }: Claim, result: SubmitOutcome): Promise<void> {
    const { provider } = generation;
    const isUnsent = result.outcome === 'not_sent';
    if (isUnsent && result.code === 'not_prepared') return;
    const isDown = isUnsent && result.code === 'provider_unreachable';
    if (result.outcome !== 'unknown' && !isDown) {
      if (await reportWorking(db, provider)) {
        log.info({ provider }, 'the provider works again');
        await handOver.admit(services);
      }
      return;
    }
    const failure = { reason: result.reason, openMs: config.BREAKER_OPEN_MS, probe };
    const until = await reportFailing(db, provider, failure);
    if (!until) return;
    log.warn({ provider, until, reason: result.reason }, 'the provider fails: nothing more is sent for now');
    await handOver.admit(services, until.getTime() - Date.now() + 50);
  }
}

/** What went wrong before the call. */
function notSent(reason: string): SubmitOutcome {
  return { outcome: 'not_sent', code: 'not_prepared', reason };
}
