import { countUnanswered, findKnownOperations, type WatchedWork } from '@veogate/shared/db/watch-repo';
import { findModel } from '@veogate/shared/domain/models';
import { matchLostAttempt } from '@veogate/shared/providers/recover';
import { type CallOptions, ProviderCallError } from '@veogate/shared/providers/video-provider';
import { keepOperations } from './keep-operations.ts';
import type { Services } from './services.ts';

/** A provider dates what it accepted at about the time of the call; what it dates later is something else. */
const ACCEPTED_WITHIN_MS = 10 * 60_000;

/**
 * Looks for lost submits in the provider's own history. An id is taken only where exactly one entry can be the one;
 * in every other case a person decides.
 */
export function createRecovery(services: Services) {
  const { db, providers, log } = services;

  return async ({ key, lost }: WatchedWork, call: CallOptions): Promise<void> => {
    const recoverable = lost.filter(({ model }) => findModel(model)?.recovery === 'history');
    const provider = providers.get(key.provider);
    if (recoverable.length === 0 || !provider.listHistory) return;
    const since = new Date(Math.min(...recoverable.map(({ startedAt }) => startedAt.getTime())) - 1_000);
    try {
      const history = await provider.listHistory(since, call);
      const ids = history.map(({ operationId }) => operationId);
      // Read after the history: a submit that the history shows is by now known, or seen as unanswered.
      const known = await findKnownOperations(db, key.provider, ids);
      for (const attempt of recoverable) {
        if ((await countUnanswered(db, key, attempt.prompt)) > 1) continue;
        const latest = attempt.startedAt.getTime() + ACCEPTED_WITHIN_MS;
        const entries = history.filter(({ createdAt }) => !(createdAt.getTime() > latest));
        // Images of one request share one id; videos have one each.
        const count = findModel(attempt.model)?.output === 'image' ? 1 : attempt.count;
        const operationIds = matchLostAttempt({ ...attempt, count }, entries, known);
        if (!operationIds) continue;
        const { generationId } = attempt;
        log.info({ generationId }, 'a lost submit was found in the history');
        await keepOperations(services, { generationId, provider: key.provider, operationIds });
      }
    } catch (error) {
      if (!(error instanceof ProviderCallError)) throw error;
      log.warn({ err: error, keyId: key.id }, 'the history could not be read');
    }
  };
}
