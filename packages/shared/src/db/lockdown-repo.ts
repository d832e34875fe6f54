import { writeLockdownMail } from '../notices/lockdown-mail.ts';
import { appendAll } from './audit-repo.ts';
import type { Transaction } from './client.ts';
import { insertNotices } from './notice-repo.ts';

/** What a lockdown takes away, or took. */
export interface LockdownToll {
  sessions: number;
  tokens: number;
  keys: number;
  webhooks: number;
  /** Generations that wait; they are canceled, at no cost. */
  waiting: number;
  /** Generations at a provider, paid for, whose result is collected only if the same key is entered again in time. */
  abandoned: number;
  /** People who are told by mail. */
  mails: number;
}

export interface LockedDown extends LockdownToll {
  /** Of the mails, for whoever has them sent. */
  noticeIds: string[];
}

/** What a lockdown would take away right now. */
export async function measureLockdown(db: Transaction): Promise<LockdownToll> {
  const [row] = await db.$queryRaw<LockdownToll[]>`
    select (select count(*) from sessions)::int as sessions,
      (select count(*) from access_tokens where revoked_at is null)::int as tokens,
      (select count(*) from provider_keys where sealed is not null)::int as keys,
      (select count(*) from webhook_endpoints where sealed <> '')::int as webhooks,
      (select count(*) from generations where state in ('queued', 'admitted'))::int as waiting,
      (select count(*) from generations
        where state in ('submitting', 'running', 'storing', 'outcome_unknown'))::int as abandoned,
      (select count(distinct user_id) from identities where email_verified and email is not null)::int as mails`;
  if (!row) throw new Error('A count always has a row.');
  return row;
}

/**
 * Ends every session and token and erases every secret that is stored, in few statements however many there are. What
 * waits for an erased key is canceled by the sweep. Ring keys that were in use are noted, so that nothing is sealed to
 * them any more.
 *
 * @param ringIds of the present ring, which may not have been used yet
 */
export async function lockDown(tx: Transaction, ringIds: readonly string[]): Promise<LockedDown> {
  const toll = await measureLockdown(tx);
  const mails = await findLockedOut(tx);
  await tx.session.deleteMany();
  await tx.accessToken.updateMany({ where: { revokedAt: null }, data: { revokedAt: new Date() } });
  await tx.$executeRaw`
    update service_mode set lost_rings = array(select distinct ring from (
      select unnest(lost_rings) as ring from service_mode union select unnest(${[...ringIds]}::text[])
      union select ring_id from provider_keys union select ring_id from webhook_endpoints) rings)`;
  const erased = await tx.$queryRaw<{ id: string; ownerId: string }[]>`
    update provider_keys set state = 'retired', retired_at = coalesce(retired_at, now()), sealed = null,
      erased_at = now() where sealed is not null returning id, owner_id as "ownerId"`;
  await appendAll(
    tx,
    erased.map(({ id, ownerId: actorId }) => ({
      ...{ action: 'key.erased', actorId, subject: 'key', subjectId: id },
      detail: { lockdown: true },
    })),
  );
  await tx.webhookEndpoint.updateMany({
    data: { state: 'disabled', disabledReason: 'lockdown', sealed: new Uint8Array(), previousSealed: null },
  });
  return { ...toll, noticeIds: await insertNotices(tx, mails) };
}

/** A mail to everybody with a verified address; to the first one, where somebody has several. */
async function findLockedOut(tx: Transaction) {
  const people = await tx.$queryRaw<{ email: string; displayName: string; providers: string[] }[]>`
    select distinct on (u.id) i.email, u.display_name as "displayName",
      array(select distinct provider from provider_keys k where k.owner_id = u.id and k.sealed is not null) as providers
    from users u join identities i on i.user_id = u.id and i.email_verified and i.email is not null
    order by u.id, i.created_at`;
  return people.map(({ email: recipient, ...person }) => ({
    ...{ kind: 'lockdown' as const, channel: 'email' as const, recipient },
    ...writeLockdownMail(person),
  }));
}

/**
 * Retired keys that generations still wait for, as a lockdown leaves them behind.
 *
 * @returns at most so many as one sweep cancels at once
 */
export async function findOrphanedKeys(db: Transaction): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    select k.id from provider_keys k where k.state = 'retired' and exists (
      select 1 from generations g where g.key_id = k.id and g.state in ('queued', 'admitted')) limit 50`;
  return rows.map(({ id }) => id);
}
