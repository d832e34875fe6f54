import { collectableStates } from '../domain/generation-state.ts';
import type { Admitted } from './admission-repo.ts';
import { append } from './audit-repo.ts';
import type { Database } from './client.ts';
import { type Retired, retireKeys } from './key-repo.ts';
import { cancelWaitingOfKeys } from './lifecycle-repo.ts';
import { findOrphanedKeys } from './lockdown-repo.ts';
import { forgetOldMinutes } from './minute-repo.ts';
import type { Watch } from './operation-repo.ts';
import { forgetOldReads } from './output-read-repo.ts';
import { forgetFullBuckets } from './pacing-repo.ts';
import { transition } from './transition.ts';
import { endSuspensions } from './user-admin-repo.ts';
import { forgetOldViolations } from './violation-repo.ts';

/** How long an unknown outcome, and the ciphertext of a retired key, are kept at the most. Days. */
const KEPT_DAYS = 7;
/** Between two watchers that are started together, and for the last of them. Milliseconds. */
const SPREAD_MS = 8;
const LONGEST_SPREAD_MS = 30_000;
/** In one transaction. */
const CANCELED_AT_ONCE = 200;
const SAMPLES_KEPT_DAYS = 40;

/**
 * Generations in `state` that showed no sign of a live job for `staleMs`, and do not wait for a time that is still to
 * come. Marks them, so that one sweep takes each.
 */
export function takeStale(db: Database, state: 'admitted' | 'storing', staleMs: number): Promise<Admitted[]> {
  return db.$queryRaw<Admitted[]>`
    with stale as (
      -- What somebody is just ending is not waited for: they may be ending others that are locked here.
      select id from generations where state = ${state}::generation_state
        and touched_at < now() - make_interval(secs => ${staleMs / 1000}::float8)
        and eligible_at < now() - make_interval(secs => ${staleMs / 1000}::float8)
      for no key update skip locked
    )
    update generations g set touched_at = now() from stale where g.id = stale.id
    returning g.id, g.fence`;
}

/** A generation whose worker was lost while it asked. */
export interface LostLease {
  id: string;
  keyId: string;
  provider: string;
}

/**
 * Submissions whose worker is gone: past the lease and the longest time that its call could take, the outcome is
 * unknown. Returns the generations, which may still stand in their provider's history.
 */
export async function endLostLeases(db: Database, callTimeoutMs: number): Promise<LostLease[]> {
  const rows = await db.$queryRaw<(Admitted & LostLease)[]>`
    select id, fence, key_id as "keyId", provider from generations where state = 'submitting'
      and lease_expires_at < now() - make_interval(secs => ${callTimeoutMs / 1000}::float8)`;
  const ended: LostLease[] = [];
  for (const { id, fence, keyId, provider } of rows) {
    const reason = 'The worker stopped while it was asking the provider.';
    await db.$transaction(async (tx) => {
      const data = { errorCode: 'outcome_unknown', errorReason: reason };
      if (!(await transition(tx, { id, fence, to: 'outcome_unknown', from: ['submitting'], data }))) return;
      await tx.submission.updateMany({
        where: { generationId: id, outcome: 'pending' },
        data: { outcome: 'unknown', detail: reason, finishedAt: new Date() },
      });
      ended.push({ id, keyId, provider });
    });
  }
  return ended;
}

/** Keys with work at the provider that no watcher has looked after for `staleMs`: the watchers to start. */
export async function takeUnwatched(db: Database, staleMs: number): Promise<Watch[]> {
  const watches = await db.$queryRaw<Omit<Watch, 'delayMs'>[]>`
    update provider_keys k set watch_fence = k.watch_fence + 1, watch_touched_at = now()
    where (k.watch_touched_at is null or k.watch_touched_at < now() - make_interval(secs => ${staleMs / 1000}::float8))
      and exists (select 1 from generations g where g.key_id = k.id and g.state in ('running', 'outcome_unknown'))
    returning k.id as "keyId", k.watch_fence as fence`;
  // Many at once, as after a restart, do not all ask in the same moment.
  return watches.map((watch, index) => ({
    ...watch,
    delayMs: Math.min(index * SPREAD_MS, LONGEST_SPREAD_MS),
  }));
}

/** Generations whose outcome nobody could find out in time. */
export async function findLongUnknown(db: Database): Promise<string[]> {
  const rows = await db.generation.findMany({
    where: { state: 'outcome_unknown', updatedAt: { lt: daysAgo(KEPT_DAYS) } },
    select: { id: true },
  });
  return rows.map(({ id }) => id);
}

/** Keys whose first check never came to an end. */
export async function findUncheckedKeys(db: Database, staleMs: number): Promise<string[]> {
  const before = new Date(Date.now() - staleMs);
  const rows = await db.providerKey.findMany({
    where: {
      state: 'checking',
      createdAt: { lt: before },
      OR: [{ checkedAt: null }, { checkedAt: { lt: before } }],
    },
    select: { id: true },
  });
  return rows.map(({ id }) => id);
}

/** Retires the keys that were to last only for a session that is over. */
export async function retireSessionKeys(db: Database): Promise<Retired> {
  const orphans = await db.$queryRaw<{ id: string; ownerId: string }[]>`
    select k.id, k.owner_id as "ownerId" from provider_keys k
    where k.scope = 'session' and k.state <> 'retired' and not exists (
      select 1 from sessions s where s.id_hash = k.session_id_hash
        and s.expires_at > now() and s.idle_expires_at > now())`;
  const retired: Retired[] = [];
  for (const key of orphans) retired.push(await db.$transaction((tx) => retireKeys(tx, [key])));
  return {
    keys: retired.flatMap(({ keys }) => keys),
    canceled: retired.flatMap(({ canceled }) => canceled),
  };
}

/** Cancels what waits for keys that are retired, as a lockdown leaves it behind. Returns the generations. */
export async function cancelOrphans(db: Database): Promise<string[]> {
  const canceled: string[] = [];
  for (;;) {
    const keys = await findOrphanedKeys(db);
    if (keys.length === 0) return canceled;
    canceled.push(...(await db.$transaction((tx) => cancelWaitingOfKeys(tx, keys, CANCELED_AT_ONCE))));
  }
}

/** Erases the ciphertext of retired keys that no paid work needs any more. Returns the keys. */
export async function eraseRetiredKeys(db: Database): Promise<string[]> {
  const collectable = [...collectableStates];
  const rows = await db.$queryRaw<{ id: string; ownerId: string }[]>`
    update provider_keys k set sealed = null, erased_at = now()
    where k.state = 'retired' and k.sealed is not null and (
      k.retired_at < ${daysAgo(KEPT_DAYS)} or not exists (
        select 1 from generations g where g.key_id = k.id and g.state = any(${collectable}::generation_state[])))
    returning k.id, k.owner_id as "ownerId"`;
  for (const { id, ownerId } of rows) {
    await append(db, { action: 'key.erased', actorId: ownerId, subject: 'key', subjectId: id });
  }
  return rows.map(({ id }) => id);
}

/**
 * Lifts suspensions whose time is over, deletes sessions, sign-ins, violations and paces that are over, and makes sure that
 * this month and the next have their part of the audit log.
 */
export async function tidy(db: Database): Promise<void> {
  await db.$transaction(endSuspensions);
  await db.session.deleteMany({
    where: { OR: [{ expiresAt: { lt: new Date() } }, { idleExpiresAt: { lt: new Date() } }] },
  });
  await db.signInFlow.deleteMany({ where: { expiresAt: { lt: new Date() } } });
  await forgetOldViolations(db);
  await forgetFullBuckets(db);
  await forgetOldMinutes(db);
  await forgetOldReads(db);
  await forgetOldSamples(db);
  // No window is as long as a day.
  await db.throttle.deleteMany({ where: { windowStartedAt: { lt: daysAgo(1) } } });
  await db.$executeRaw`select ensure_audit_partition(current_date),
    ensure_audit_partition((current_date + interval '1 month')::date)`;
}

/** The last one of a key stays, to be compared with. */
async function forgetOldSamples(db: Database): Promise<void> {
  await db.$executeRaw`
    delete from quota_samples s where at < ${daysAgo(SAMPLES_KEPT_DAYS)}
      and exists (select 1 from quota_samples n where n.key_id = s.key_id and n.at > s.at)`;
}

function daysAgo(days: number): Date {
  return new Date(Date.now() - days * 86_400_000);
}
