/** Waits between attempts to send a notice, in units of the base: of 10 s that is 10 s, 1 min, 5 min, … 12 h. */
const WAITS = [1, 6, 30, 90, 360, 1_080, 2_160, 4_320];

/**
 * How long to wait before the next attempt; null once it is enough, after about a day.
 *
 * @param attempts how many there were
 * @param baseMs the first wait. Milliseconds
 */
export function nextNoticeWaitMs(attempts: number, baseMs: number): number | null {
  const factor = WAITS[attempts - 1];
  return factor === undefined ? null : factor * baseMs;
}
