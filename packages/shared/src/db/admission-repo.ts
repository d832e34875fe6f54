import { inFlightStates } from '../domain/generation-state.ts';
import type { Slots } from '../domain/waiting.ts';
import type { Database, Transaction } from './client.ts';
import { countBusy } from './queue-repo.ts';

export interface Admitted {
  id: string;
  fence: number;
}

/**
 * Picks who is next, in one transaction under a lock: round-robin over users, within the slots. A generation's turn is
 * its place in its owner's queue plus what its owner has in flight, so that 500 jobs of one user delay another's
 * first by one slot at the most.
 *
 * Only work that may really start is picked: the service is open, the key and the user are active, the provider works.
 * What waits for a full key stands in the way of nothing else.
 *
 * @returns what was admitted by this call; each needs a `submit` job
 */
export function admitWaiting(db: Database, slots: Slots): Promise<Admitted[]> {
  return db.$transaction(async (tx) => {
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtext('veogate admission'))`;
    const admitted: Admitted[] = [];
    // A slot of a key may go to somebody whose own slots are then full, and so stay free until the next look.
    for (let picked = await admitOnce(tx, slots); picked.length > 0; picked = await admitOnce(tx, slots)) {
      admitted.push(...picked);
    }
    return admitted;
  });
}

function admitOnce(tx: Transaction, slots: Slots): Promise<Admitted[]> {
  return tx.$queryRaw<Admitted[]>`
    with ${countBusy(inFlightStates)}, waiting as (
      select g.id, g.user_id, g.key_id, g.provider, h.open_until,
        coalesce(bu.n, 0) as user_busy, coalesce(bk.n, 0) as key_busy,
        row_number() over (partition by g.user_id, g.key_id order by g.id) as place,
        row_number() over (partition by g.provider order by g.id) as of_provider
      from generations g
      join provider_keys k on k.id = g.key_id and k.state = 'active'
      join users u on u.id = g.user_id and u.state = 'active'
      left join provider_health h on h.provider = g.provider
      left join busy_users bu on bu.user_id = g.user_id
      left join busy_keys bk on bk.key_id = g.key_id
      where g.state = 'queued' and g.eligible_at <= now()
        and (select mode from service_mode) = 'open'
    ), fitting as (
      -- Of a provider whose breaker is open, one at a time may find out whether it works again.
      select * from waiting w where place + user_busy <= ${slots.perUser} and (open_until is null
        or (open_until <= now() and of_provider = 1 and not exists (select 1 from generations g
          where g.provider = w.provider and g.state in ('admitted', 'submitting'))))
    ), within_key as (
      select *, row_number() over (partition by key_id order by place + user_busy, id) + key_busy as key_turn
      from fitting
    ), within_user as (
      select id, row_number() over (partition by user_id order by id) + user_busy as turn
      from within_key where key_turn <= ${slots.perKey}
    ), picked as (
      select id from within_user where turn <= ${slots.perUser} order by turn, id
      limit greatest(0, ${slots.global} - (select coalesce(sum(n), 0) from busy))
    ), free as (
      -- What somebody is just canceling is not waited for: they may be canceling others that are locked here.
      select id from generations where id in (select id from picked) and state = 'queued'
      for no key update skip locked
    )
    update generations g set state = 'admitted', fence = g.fence + 1, touched_at = now(), updated_at = now()
    from free where g.id = free.id
    returning g.id, g.fence`;
}
