/** No wait that a provider asks for is believed beyond this, unless the caller says so. Milliseconds. */
const LONGEST_WAIT_MS = 60 * 60_000;
/** Larger numbers than this are a point in time (in seconds since 1970), smaller ones a distance from now. */
const EPOCH_FROM = 1_000_000_000;

/**
 * How long the provider asks to be left alone: `Retry-After` in seconds or as a date, else `X-RateLimit-Reset` in
 * seconds since 1970 or from now. Milliseconds; undefined where it does not say, or names a time that has passed.
 *
 * @param headers with names in lower case
 * @param options.now milliseconds since 1970
 */
export function readRetryAfter(
  headers: Readonly<Record<string, string>>,
  { now = Date.now(), longestMs = LONGEST_WAIT_MS }: { now?: number; longestMs?: number } = {},
): number | undefined {
  const waits = [headers['retry-after'], headers['x-ratelimit-reset']].map((text) => toWait(text, now));
  const wait = waits.find((ms) => ms !== undefined);
  return wait === undefined ? undefined : Math.min(Math.ceil(wait), longestMs);
}

function toWait(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const wait = /^\s*\d+(\.\d+)?\s*$/.test(text) ? fromNumber(Number(text), now) : Date.parse(text) - now;
  return wait > 0 ? wait : undefined;
}

function fromNumber(value: number, now: number): number {
  if (value < EPOCH_FROM) return value * 1000;
  // Some write milliseconds since 1970.
  return (value < EPOCH_FROM * 1000 ? value * 1000 : value) - now;
}
