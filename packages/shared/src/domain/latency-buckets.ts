/** Each bucket is so much wider than the one before; what is read from them is at most so much off. */
const FACTOR = 1.2;
/** The last bucket takes everything from about eleven days. */
const BUCKETS = 75;
/** Where the first bucket ends. Milliseconds. */
const FIRST_MS = 1_000;

/** @source the same in SQL: db/usage-repo.ts */
export const latencyBuckets = { factor: FACTOR, count: BUCKETS, firstMs: FIRST_MS };

/** What is counted in a bucket took about so long: its middle, as ratios go. Milliseconds. */
export function toLatency(bucket: number): number {
  return bucket === 0 ? FIRST_MS / 2 : FIRST_MS * FACTOR ** (bucket - 0.5);
}

/**
 * How long so many of those that were counted took at the most. Milliseconds; null where there are none.
 *
 * @param counts how many fell into which bucket
 * @param share such as 0.9
 */
export function percentileOf(
  counts: readonly { bucket: number; count: number }[],
  share: number,
): number | null {
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  let seen = 0;
  for (const { bucket, count } of counts.toSorted((one, other) => one.bucket - other.bucket)) {
    seen += count;
    if (seen >= share * total) return toLatency(bucket);
  }
  return null;
}
