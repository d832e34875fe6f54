const WINDOW_MS = 60_000;

export interface RateDecision {
  allowed: boolean;
  /** When the window ends, in milliseconds since the epoch. */
  resetAt: number;
}

export type RateLimiter = ReturnType<typeof createRateLimiter>;

/** Counts requests in fixed windows of a minute, each key and endpoint for itself. */
export function createRateLimiter(now: () => number) {
  const windows = new Map<string, { used: number; resetAt: number }>();
  return {
    hit(keySha256: string, endpoint: string, limit: number): RateDecision {
      const id = `${keySha256}/${endpoint}`;
      let window = windows.get(id);
      if (!window || window.resetAt <= now()) {
        window = { used: 0, resetAt: now() + WINDOW_MS };
        windows.set(id, window);
      }
      const allowed = window.used < limit;
      if (allowed) window.used += 1;
      return { allowed, resetAt: window.resetAt };
    },
  };
}
