import type { HistoryEntry, LostAttempt } from './video-provider.ts';

/**
 * The operations that a lost attempt must have made: those of its prompt, created not before it began and not known
 * to us, where there are exactly as many of them as it asked for. Null in every other case, and then a person decides:
 * a match by guess would give one user's video to another, or hide that it was billed.
 *
 * @param knownOperationIds ids that already belong to a generation
 */
export function matchLostAttempt(
  attempt: LostAttempt,
  history: readonly HistoryEntry[],
  knownOperationIds: ReadonlySet<string>,
): string[] | null {
  // The provider may cut its times to whole seconds.
  const from = Math.floor(attempt.startedAt.getTime() / 1000) * 1000;
  const prompt = toComparable(attempt.prompt);
  const candidates = history.filter(
    (entry) =>
      // An entry without a readable time may be one, so it counts: it can only make the match fail.
      !(entry.createdAt.getTime() < from) &&
      toComparable(entry.prompt) === prompt &&
      !knownOperationIds.has(entry.operationId),
  );
  const ids = new Set(candidates.map(({ operationId }) => operationId));
  const dated = candidates.every(({ createdAt }) => !Number.isNaN(createdAt.getTime()));
  return dated && ids.size === attempt.count ? [...ids] : null;
}

/** Providers trim prompts and rewrite line ends. */
function toComparable(prompt: string): string {
  return prompt.normalize('NFC').replaceAll('\r\n', '\n').trim();
}
