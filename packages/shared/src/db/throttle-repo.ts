import type { Transaction } from './client.ts';

/** A try that was counted. */
export interface Attempt {
  bucket: string;
  allowed: boolean;
  /** Until the window ends, and tries are allowed anew. */
  retryAfterMs: number;
  windowStartedAt: Date;
}

/**
 * Counts a try in one statement, so that however many come at once, exactly `limit` are allowed in a window. The
 * window begins with its first try.
 */
export async function countAttempt(
  db: Transaction,
  bucket: string,
  limit: number,
  windowSeconds: number,
): Promise<Attempt> {
  const [row] = await db.$queryRaw<{ count: number; windowStartedAt: Date; retryAfterMs: number }[]>`
    insert into throttles as t (bucket, window_started_at, count) values (${bucket}, now(), 1)
    on conflict (bucket) do update set
      count = case when t.window_started_at <= now() - make_interval(secs => ${windowSeconds}::float8)
        then 1 else least(t.count, ${limit}::int) + 1 end,
      window_started_at = case when t.window_started_at <= now() - make_interval(secs => ${windowSeconds}::float8)
        then now() else t.window_started_at end
    returning count, window_started_at as "windowStartedAt", (1000 * extract(epoch from
      window_started_at + make_interval(secs => ${windowSeconds}::float8) - now()))::float8 as "retryAfterMs"`;
  if (!row) throw new Error('A try was not counted.');
  const { count, windowStartedAt, retryAfterMs } = row;
  return { bucket, allowed: count <= limit, retryAfterMs: Math.max(1, retryAfterMs), windowStartedAt };
}

/** Takes one try back, which turned out to be rightful; only in the window that it was counted in. */
export async function returnAttempt(db: Transaction, { bucket, windowStartedAt }: Attempt): Promise<void> {
  await db.throttle.updateMany({
    where: { bucket, windowStartedAt, count: { gt: 0 } },
    data: { count: { decrement: 1 } },
  });
}

/** Begins anew with a bucket. */
export async function forgetAttempts(db: Transaction, bucket: string): Promise<void> {
  await db.throttle.deleteMany({ where: { bucket } });
}
