import { type GenerationState, inFlightStates } from '../domain/generation-state.ts';
import type { Transaction } from './client.ts';
import { type KeyState, Prisma } from './generated/client.ts';

/** What is admitted still stands in the line, at its head. */
const pastTheLine = inFlightStates.filter((state) => state !== 'admitted');

/** The common table expressions `busy`, `busy_users` and `busy_keys`: how many are in these states. */
export function countBusy(states: readonly GenerationState[]): Prisma.Sql {
  return Prisma.sql`busy as (
      select user_id, key_id, count(*) as n from generations
      where state = any(${[...states]}::generation_state[]) group by user_id, key_id
    ), busy_users as (
      select user_id, sum(n) as n from busy group by user_id
    ), busy_keys as (
      select key_id, sum(n) as n from busy group by key_id
    )`;
}

/** Where a waiting generation stands. */
export interface Place {
  /** 1 is next of all. */
  position: number;
  /** The same among what its owner, and what its key, has in flight or waiting: past the cap it waits for a slot. */
  turnOfUser: number;
  turnOfKey: number;
  /** How its key stands: it starts only with one that is `active`. */
  keyState: KeyState;
}

/**
 * Where each waiting generation stands, in the order that the admission goes by: round-robin over users. What may not
 * start now, as its key is still checked or its owner suspended, stands behind everything that may.
 *
 * @returns places by id, of those of `ids` that wait
 */
export async function findPlaces(db: Transaction, ids: readonly string[]): Promise<Map<string, Place>> {
  if (ids.length === 0) return new Map();
  const rows = await db.$queryRaw<
    { id: string; position: bigint; ofUser: bigint; ofKey: bigint; keyState: KeyState }[]
  >`
    with ${countBusy(pastTheLine)}, line as (
      select g.id, g.state = 'admitted' as admitted, k.state as key_state,
        not (k.state = 'active' and u.state = 'active' and g.eligible_at <= now()) as held,
        row_number() over (partition by g.user_id order by g.id) + coalesce(bu.n, 0) as of_user,
        row_number() over (partition by g.key_id order by g.id) + coalesce(bk.n, 0) as of_key
      from generations g
      join provider_keys k on k.id = g.key_id
      join users u on u.id = g.user_id
      left join busy_users bu on bu.user_id = g.user_id
      left join busy_keys bk on bk.key_id = g.key_id
      where g.state in ('queued', 'admitted')
    ), ranked as (
      select id, of_user, of_key, key_state, row_number() over (order by admitted desc, held, of_user, id) as position from line
    )
    select id, position, of_user as "ofUser", of_key as "ofKey",
      key_state::text as "keyState" from ranked where id = any(${[...ids]}::uuid[])`;
  return new Map(
    rows.map(({ id, position, ofUser, ofKey, keyState }) => [
      id,
      { position: Number(position), turnOfUser: Number(ofUser), turnOfKey: Number(ofKey), keyState },
    ]),
  );
}
