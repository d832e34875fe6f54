import { findModel } from '../domain/models.ts';
import type { Latency } from '../domain/waiting.ts';
import type { Database } from './client.ts';

/** Fewer than this prove nothing. */
const SAMPLES = 3;
/** So many of the last successes of a model are looked at. */
const RECENT = 200;
const FRESH_MS = 60_000;
/** What is slow takes about so much longer than usual, until it was measured. */
const ASSUMED_SPREAD = 2;

/** What was measured on the last successes of each model; a model with too few is left out. */
export async function learnLatencies(db: Database, models: readonly string[]): Promise<Map<string, Latency>> {
  const rows = await db.$queryRaw<({ model: string } & Latency)[]>`
    select m.model, percentile_cont(0.5) within group (order by r.ms) as "p50Ms",
      percentile_cont(0.9) within group (order by r.ms) as "p90Ms"
    from unnest(${[...models]}::text[]) as m(model), lateral (
      select (select extract(epoch from max(o.finished_at) - g.submitted_at) * 1000 from operations o
        where o.generation_id = g.id and o.state = 'succeeded')::float8 as ms
      from generations g
      where g.model = m.model and g.state = 'succeeded' and g.submitted_at is not null
        and g.finished_at > now() - interval '7 days'
      order by g.id desc limit ${RECENT}
    ) r
    where r.ms is not null group by m.model having count(*) >= ${SAMPLES}`;
  return new Map(rows.map(({ model, p50Ms, p90Ms }) => [model, { p50Ms, p90Ms }]));
}

/** How long a model takes, and whether that was measured here or is what the catalogue expects. */
export interface ExpectedLatency extends Latency {
  measured: boolean;
}

export type LatencyBook = ReturnType<typeof createLatencyBook>;

/** What is known of how long each model takes; each is read from Postgres at most once a minute. */
export function createLatencyBook(db: Database) {
  const known = new Map<string, { readAt: number; latency: Latency | undefined }>();

  async function of(model: string): Promise<ExpectedLatency> {
    const entry = known.get(model);
    if (!entry || Date.now() - entry.readAt > FRESH_MS) {
      // Set before the answer is here: of many who ask at once, one reads.
      known.set(model, { readAt: Date.now(), latency: entry?.latency });
      const latency = (await learnLatencies(db, [model])).get(model);
      known.set(model, { readAt: Date.now(), latency });
    }
    const latency = known.get(model)?.latency;
    if (latency) return { ...latency, measured: true };
    const p50Ms = (findModel(model)?.expectedSeconds ?? 60) * 1000;
    return { p50Ms, p90Ms: p50Ms * ASSUMED_SPREAD, measured: false };
  }

  return { of };
}
