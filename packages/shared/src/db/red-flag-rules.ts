import type { FlagRuleId } from '../domain/red-flags.ts';
import { Prisma } from './generated/client.ts';

type Numbers = Readonly<Record<string, number>>;
type Rule = (numbers: Numbers) => Prisma.Sql;

/** The number of a threshold; every rule names only its own. */
const of = (numbers: Numbers, name: string) => Prisma.sql`${numbers[name] ?? 0}::float8`;

/** What one place has addresses of: the /24 of IPv4, the /48 of IPv6. */
const networkOf = Prisma.sql`set_masklen(p.address::inet, case family(p.address::inet) when 4 then 24 else 48 end)`;

const BUILT_IN = Prisma.sql`jsonb_build_object`;

/**
 * What each rule finds at the moment `t.at`: which of its subjects (`subject_id`), what was measured, and the evidence. The
 * same statement looks at this moment and at any past one, which is how thresholds are tried out.
 */
export const flagSql: Readonly<Record<FlagRuleId, Rule>> = {
  traffic_surge: (numbers) => Prisma.sql`
    select '' as subject_id, now_n.n::float8 as measured,
      ${BUILT_IN}('requests', now_n.n, 'busiest_before', before.n, 'minutes', 5) as evidence
    from (select coalesce(sum(count), 0) as n from minute_counts
        where name = 'requests' and minute > t.at - interval '5 minutes' and minute <= t.at) now_n,
      (select coalesce(max(n), 0) as n from (
        select sum(count) as n from minute_counts where name = 'requests'
          and minute > t.at - interval '1 day' and minute <= t.at - interval '10 minutes'
        group by date_bin('5 minutes', minute, 'epoch'::timestamptz)) fives) before
    where now_n.n >= ${of(numbers, 'requests')} and now_n.n > ${of(numbers, 'factor')} * before.n`,

  many_networks: (numbers) => Prisma.sql`
    select e.actor_id::text as subject_id, count(distinct ${networkOf})::float8 as measured,
      ${BUILT_IN}('networks', count(distinct ${networkOf}), 'entries', count(*), 'minutes', 60) as evidence
    from audit_events e join audit_people p on p.event_id = e.id and p.at = e.at
    where e.at > t.at - interval '1 hour' and e.at <= t.at and e.outcome = 'ok'
      and e.actor_id is not null and p.address is not null
    group by e.actor_id having count(distinct ${networkOf}) >= ${of(numbers, 'networks')}`,

  shared_key: (numbers) => Prisma.sql`
    select min(k.id::text) as subject_id, count(distinct k.owner_id)::float8 as measured,
      ${BUILT_IN}('accounts', count(distinct k.owner_id), 'provider', min(k.provider), 'hint', min(k.hint),
        'owners', string_agg(distinct u.display_name, ', ')) as evidence
    from provider_keys k join users u on u.id = k.owner_id
    where k.fingerprint is not null and k.provider <> 'demo' and k.created_at <= t.at
      and (k.retired_at is null or k.retired_at > t.at)
    group by k.fingerprint having count(distinct k.owner_id) >= ${of(numbers, 'accounts')}`,

  key_refused: () => Prisma.sql`
    select e.subject_id, 1::float8 as measured, ${BUILT_IN}('reason', max(e.detail ->> 'reason'),
      'provider', max(k.provider), 'hint', max(k.hint), 'owner', max(u.display_name)) as evidence
    from audit_events e join provider_keys k on k.id::text = e.subject_id join users u on u.id = k.owner_id
    where e.action = 'key.needs_reentry' and e.at > t.at - interval '1 hour' and e.at <= t.at
    group by e.subject_id`,

  quota_drain: (numbers) => Prisma.sql`
    select d.key_id::text as subject_id, (d.fallen - own.n)::float8 as measured,
      ${BUILT_IN}('unexplained', d.fallen - own.n, 'fallen', d.fallen, 'made_here', own.n, 'hours', 24,
        'provider', k.provider, 'hint', k.hint, 'owner', u.display_name) as evidence
    from (
      select key_id, sum(greatest(0, before - available)) as fallen from (
        select key_id, at, available, lag(available) over (partition by key_id order by at) as before
        from quota_samples where at > t.at - interval '1 day' and at <= t.at) steps
      group by key_id) d
    join provider_keys k on k.id = d.key_id join users u on u.id = k.owner_id,
    lateral (
      select coalesce(sum(g.count), 0) as n from generations g join provider_keys same on same.id = g.key_id
      where same.fingerprint = k.fingerprint and g.submitted_at <= t.at
        and (g.finished_at is null or g.finished_at > t.at - interval '25 hours')) own
    where d.fallen - own.n >= ${of(numbers, 'credits')}`,

  refused_burst: (numbers) => Prisma.sql`
    select key as subject_id, sum(count)::float8 as measured,
      ${BUILT_IN}('refusals', sum(count), 'minutes', 5) as evidence
    from minute_counts where name = 'refused' and key <> 'others'
      and minute > t.at - interval '5 minutes' and minute <= t.at
    group by key having sum(count) >= ${of(numbers, 'refusals')}`,

  failure_storm: (numbers) => Prisma.sql`
    select provider as subject_id, bad::float8 as measured,
      ${BUILT_IN}('failures', bad, 'ended', ended, 'minutes', 15, 'most_often', code) as evidence
    from (
      select provider, count(*) as ended, count(*) filter (where ${isBad}) as bad,
        pg_catalog.mode() within group (order by error_code) filter (where ${isBad}) as code
      from generations g where coalesce(g.finished_at, g.updated_at) > t.at - interval '15 minutes'
        and coalesce(g.finished_at, g.updated_at) <= t.at
        and state in ('succeeded', 'failed', 'expired', 'outcome_unknown')
      group by provider) s
    where bad >= ${of(numbers, 'failures')} and bad * 100 >= ${of(numbers, 'share')} * ended`,

  filter_storm: (numbers) => Prisma.sql`
    select user_id::text as subject_id, count(*)::float8 as measured,
      ${BUILT_IN}('filtered', count(*), 'minutes', 60) as evidence
    from generations where finished_at > t.at - interval '1 hour' and finished_at <= t.at
      and (error_code = 'content_filtered' or filtered_count > 0)
    group by user_id having count(*) >= ${of(numbers, 'filtered')}`,

  slow_answers: (numbers) => Prisma.sql`
    select '' as subject_id, min(bound)::float8 as measured,
      ${BUILT_IN}('p95_ms', min(bound), 'answers', max(total), 'minutes', 5) as evidence
    from (
      select key::float8 as bound, sum(sum(count)) over (order by key::float8) as up_to,
        sum(sum(count)) over () as total
      from minute_counts where name = 'answer_ms' and minute > t.at - interval '5 minutes' and minute <= t.at
      group by key) buckets
    where up_to >= 0.95 * total and total >= ${of(numbers, 'answers')}
    having min(bound) >= ${of(numbers, 'milliseconds')}`,

  queue_age: (numbers) => Prisma.sql`
    select '' as subject_id, max(extract(epoch from t.at - g.created_at) / 60)::float8 as measured,
      ${BUILT_IN}('minutes', floor(max(extract(epoch from t.at - g.created_at) / 60)), 'waiting', count(*))
        as evidence
    from generations g join provider_keys k on k.id = g.key_id
    where g.created_at <= t.at and coalesce(g.submitted_at, g.finished_at, 'infinity') > t.at
      and (g.state in ('queued', 'admitted') or coalesce(g.submitted_at, g.finished_at) is not null)
      and g.eligible_at <= t.at and k.state = 'active'
      and (select mode from service_mode) = 'open'
      and not exists (select 1 from provider_health h where h.provider = g.provider and h.open_until is not null)
      and not exists (select 1 from generations o where o.user_id = g.user_id and o.id <> g.id
        and o.submitted_at <= t.at and (o.finished_at is null or o.finished_at > t.at))
    having max(extract(epoch from t.at - g.created_at) / 60) >= ${of(numbers, 'minutes')}`,

  disk_full: (numbers) => gauge('disk_used_percent', 'percent', numbers, 1),
  memory_high: (numbers) => gauge('memory_mb', 'megabytes', numbers, 1),
  loop_lag: (numbers) => gauge('loop_lag_ms', 'milliseconds', numbers, 3),
};

const isBad = Prisma.sql`(state in ('expired', 'outcome_unknown')
  or (state = 'failed' and error_code not in ('content_filtered', 'dismissed', 'inputs_gone')))`;

/** The highest of something that processes measure, where it was over the threshold in so many of the last five minutes. */
function gauge(name: string, threshold: string, numbers: Numbers, minutes: number): Prisma.Sql {
  const over = of(numbers, threshold);
  return Prisma.sql`
    select '' as subject_id, max(worst)::float8 as measured,
      ${BUILT_IN}(${threshold}::text, max(worst), 'process', max(process), 'minutes', count(*)) as evidence
    from (
      select minute, max(count) as worst, (array_agg(key order by count desc))[1] as process from minute_counts
      where name = ${name} and minute > t.at - interval '5 minutes' and minute <= t.at
      group by minute having max(count) >= ${over}) minutes
    having count(*) >= ${minutes}::int`;
}
