import { inFlightStates } from '../domain/generation-state.ts';
import type { Database } from './client.ts';

export interface Caps {
  perUser: number;
  perKey: number;
  global: number;
}

export interface Admitted {
  id: string;
  fence: number;
}

/**
 * Picks who is next, in one transaction under a lock: round-robin over users, within the caps. A generation's turn is
 * its place in its owner's queue plus what its owner has in flight, so that 500 jobs of one user delay another's
 * first by one slot at the most.
 *
 * Only work that may really start is picked: the service is open, the key is active, the user is active.
 *
 * @returns what was admitted by this call; each needs a `submit` job
 */
export function admitWaiting(db: Database, caps: Caps): Promise<Admitted[]> {
  const inFlight = [...inFlightStates];
  return db.$transaction(async (tx) => {
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtext('veogate admission'))`;
    return tx.$queryRaw<Admitted[]>`
      with in_flight as (
        select user_id, key_id from generations where state = any(${inFlight}::generation_state[])
      ), waiting as (
        select g.id, g.user_id, g.key_id,
          row_number() over (partition by g.user_id order by g.id)
            + (select count(*) from in_flight f where f.user_id = g.user_id) as turn
        from generations g
        join provider_keys k on k.id = g.key_id and k.state = 'active'
        join users u on u.id = g.user_id and u.state = 'active'
        where g.state = 'queued' and g.eligible_at <= now()
          and (select mode from service_mode) = 'open'
      ), within_user as (
        select *, row_number() over (partition by key_id order by turn, id)
            + (select count(*) from in_flight f where f.key_id = waiting.key_id) as key_turn
        from waiting where turn <= ${caps.perUser}
      ), picked as (
        select id from within_user where key_turn <= ${caps.perKey}
        order by turn, id
        limit greatest(0, ${caps.global} - (select count(*) from in_flight))
      )
      update generations g set state = 'admitted', fence = g.fence + 1, touched_at = now(), updated_at = now()
      from picked where g.id = picked.id and g.state = 'queued'
      returning g.id, g.fence`;
  });
}
