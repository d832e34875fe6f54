import { findModel } from '../domain/models.ts';
import type { Database } from './client.ts';

/** How long a model's work took at its provider, from its submit to the end of its operations. */
export interface Latency {
  p50Ms: number;
  p90Ms: number;
}

/** Fewer than this prove nothing. */
const SAMPLES = 3;

/** What was measured on the last successes of each model; a model with too few is left out. */
export async function learnLatencies(db: Database): Promise<Map<string, Latency>> {
  const rows = await db.$queryRaw<({ model: string } & Latency)[]>`
    with recent as (
      select g.model, extract(epoch from max(o.finished_at) - g.submitted_at) * 1000 as ms,
        row_number() over (partition by g.model order by g.id desc) as nth
      from generations g join operations o on o.generation_id = g.id and o.state = 'succeeded'
      where g.state = 'succeeded' and g.finished_at > now() - interval '7 days' and g.submitted_at is not null
      group by g.id
    )
    select model, percentile_cont(0.5) within group (order by ms) as "p50Ms",
      percentile_cont(0.9) within group (order by ms) as "p90Ms"
    from recent where nth <= 200 group by model having count(*) >= ${SAMPLES}`;
  return new Map(rows.map(({ model, p50Ms, p90Ms }) => [model, { p50Ms, p90Ms }]));
}

const FRESH_MS = 60_000;

export type LatencyBook = ReturnType<typeof createLatencyBook>;

/** What is known of how long each model takes; read from Postgres at most once a minute. */
export function createLatencyBook(db: Database) {
  let known = new Map<string, Latency>();
  let readAt = 0;

  /** Milliseconds from submit to result, as measured, or as the catalogue expects. */
  async function expectedMs(model: string): Promise<number> {
    if (Date.now() - readAt > FRESH_MS) {
      readAt = Date.now();
      known = await learnLatencies(db);
    }
    return known.get(model)?.p50Ms ?? (findModel(model)?.expectedSeconds ?? 60) * 1000;
  }

  return {
    expectedMs,
    /** The same in whole seconds, rounded up. */
    expectedSeconds: async (model: string): Promise<number> => Math.ceil((await expectedMs(model)) / 1000),
  };
}
