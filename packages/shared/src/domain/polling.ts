/** The longest that a watcher sleeps, so that the sweep can tell a sleeping one from a lost one. Milliseconds. */
export const LONGEST_SLEEP_MS = 60_000;

/** Calls of one endpoint that a single round of a watcher may make, as a part of what a minute allows. */
const ROUND_SHARE = 1 / 3;

/**
 * How long a watcher keeps away from its provider after each call of one endpoint. Rounds of several calls are bursts,
 * so with them too no 60 seconds see more than `requestsPerMinute`. Milliseconds.
 */
export function pollSpacing(requestsPerMinute: number): number {
  return Math.ceil(60_000 / (requestsPerMinute * (1 - ROUND_SHARE)));
}

/**
 * When to ask again about work that was submitted `ageMs` ago and usually takes `expectedMs`: not before it can be
 * done, often around the time when it should be, ever more seldom after that. Milliseconds from now.
 *
 * @param minIntervalMs what the provider's pace allows
 */
export function pollDelay(ageMs: number, expectedMs: number, minIntervalMs: number): number {
  const earliest = expectedMs * 0.3;
  if (ageMs < earliest) return clamp(earliest - ageMs, minIntervalMs);
  const interval = ageMs < expectedMs * 2 ? expectedMs / 12 : ageMs / 8;
  return clamp(interval, minIntervalMs);
}

/**
 * When to ask again about what began `ageMs` ago and may come at any time, such as an entry in the provider's history,
 * or what a model makes of which nobody has measured yet how long it takes. Milliseconds from now.
 */
export function growingDelay(ageMs: number, minIntervalMs: number): number {
  return clamp(ageMs / 4, minIntervalMs);
}

function clamp(ms: number, min: number): number {
  return Math.round(Math.max(min, Math.min(ms, LONGEST_SLEEP_MS)));
}
