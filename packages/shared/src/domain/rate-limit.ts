/** Where somebody stands with a limit. */
export interface RateStanding {
  /** The limit's name, in the headers. */
  policy: string;
  limit: number;
  windowSeconds: number;
  remaining: number;
  /** Until the window begins anew, or there is room again. Milliseconds. */
  resetMs: number;
}

/** The headers of draft-ietf-httpapi-ratelimit-headers. */
export function toRateLimitHeaders(standing: RateStanding): Record<string, string> {
  const { policy, limit, windowSeconds, remaining, resetMs } = standing;
  return {
    ratelimit: `"${policy}";r=${remaining};t=${toSeconds(resetMs)}`,
    'ratelimit-policy': `"${policy}";q=${limit};w=${windowSeconds}`,
  };
}

/** The one of two that is used up first. */
export function tighter<A extends RateStanding, B extends RateStanding>(one: A, other: B): A | B {
  return other.remaining < one.remaining ? other : one;
}

/** What is said to whoever went over a limit. */
export function toWaitSentence(waitMs: number): string {
  const seconds = toSeconds(waitMs);
  const wait = seconds < 60 ? count(seconds, 'second') : count(Math.ceil(seconds / 60), 'minute');
  return `Rate limit exceeded. Please wait ${wait}.`;
}

function toSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
