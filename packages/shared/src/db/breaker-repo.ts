import type { Database, Transaction } from './client.ts';

/** So many submits in a row without a proper answer, and nothing more is sent to the provider for a while. */
const TRIP_AFTER = 5;
const LONGEST_OPEN_SECONDS = 600;

/** A provider that is sent nothing for now. */
export interface OpenBreaker {
  provider: string;
  /** When the next submit may try. */
  until: Date;
  reason: string | null;
}

/** `closed`: submits go on. `probe`: this submit may try, and no other until it is answered. `open`: none may. */
export type Passage = 'closed' | 'probe' | 'open';

/**
 * Asks for the way to a provider, in the transaction that claims a submit. A probe is taken with it, so the caller
 * must roll back where it does not submit.
 *
 * @param leaseMs how long a probe keeps the others out, should its worker die
 */
export async function passBreaker(tx: Transaction, provider: string, leaseMs: number): Promise<Passage> {
  const rows = await tx.$queryRaw<{ probe: boolean }[]>`
    with probe as (
      update provider_health set open_until = now() + make_interval(secs => ${leaseMs / 1000}::float8)
      where provider = ${provider} and open_until <= now() returning 1
    )
    select exists (select 1 from probe) as probe from provider_health
    where provider = ${provider} and open_until is not null`;
  return rows[0] ? (rows[0].probe ? 'probe' : 'open') : 'closed';
}

/** The provider answered as one that works, whatever it said: the breaker closes. Writes only where it had failed. */
export async function reportWorking(db: Database, provider: string): Promise<boolean> {
  const rows = await db.$queryRaw<{ was: Date | null }[]>`
    update provider_health h set failures = 0, trips = 0, open_until = null, reason = null
    from (select provider, open_until as was from provider_health where provider = ${provider} for update) old
    where h.provider = old.provider and (h.failures > 0 or h.open_until is not null) returning old.was`;
  return rows[0]?.was != null;
}

/**
 * The provider did not answer as one that works. The fifth in a row opens the breaker; a probe that fails opens it
 * anew for twice as long, ten minutes at the most. What was under way when it opened changes nothing.
 *
 * @param failure.openMs for how long it is opened the first time. Milliseconds
 * @returns until when this failure opened it; null where it did not
 */
export async function reportFailing(
  db: Database,
  provider: string,
  failure: { reason: string; openMs: number; probe: boolean },
): Promise<Date | null> {
  const { reason, openMs, probe } = failure;
  const seconds = openMs / 1000;
  return db.$transaction(async (tx) => {
    await tx.$executeRaw`
      insert into provider_health as h (provider, failures, reason) values (${provider}, 1, ${reason})
      on conflict (provider) do update set failures = h.failures + 1, reason = ${reason}`;
    const rows = await tx.$queryRaw<{ openUntil: Date }[]>`
      update provider_health set trips = trips + 1, open_until = now()
        + make_interval(secs => least(${seconds}::float8 * 2 ^ least(trips, 20), ${LONGEST_OPEN_SECONDS}::float8))
      where provider = ${provider} and failures >= ${TRIP_AFTER} and (open_until is null or ${probe})
      returning open_until as "openUntil"`;
    return rows[0]?.openUntil ?? null;
  });
}

/** The providers that are sent nothing for now. */
export async function listOpenBreakers(db: Transaction): Promise<OpenBreaker[]> {
  const rows = await db.providerHealth.findMany({ where: { openUntil: { not: null } } });
  return rows.flatMap(({ provider, openUntil, reason }) =>
    openUntil ? [{ provider, until: openUntil, reason }] : [],
  );
}
