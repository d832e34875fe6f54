import type { KeyQuota, ProviderFailure } from '../providers/video-provider.ts';
import { append } from './audit-repo.ts';
import type { Database, Transaction } from './client.ts';
import { Prisma, type ProviderKey } from './generated/client.ts';
import { resumeErased } from './operation-repo.ts';

/** Failures of the free check in a row, spaced, before a key is believed to be bad: one bare 401 proves nothing. */
const FAILURES_BELIEVED = 3;

/** A key that can be checked; null where it was retired or erased meanwhile. */
export async function findCheckableKey(
  db: Database,
  id: string,
): Promise<(ProviderKey & { sealed: Uint8Array }) | null> {
  const key = await db.providerKey.findFirst({
    where: { id, state: { not: 'retired' }, sealed: { not: null } },
  });
  return key?.sealed ? { ...key, sealed: key.sealed } : null;
}

/**
 * The provider knows the key.
 *
 * @returns generations of the same key, erased and entered again, that go on
 */
export async function acceptKey(
  db: Database,
  key: ProviderKey,
  found: { quota: KeyQuota | null; fingerprint: Uint8Array<ArrayBuffer> },
): Promise<string[]> {
  return db.$transaction(async (tx) => {
    const { count } = await tx.providerKey.updateMany({
      where: { id: key.id, state: { not: 'retired' } },
      data: {
        state: 'active',
        stateReason: null,
        quota: found.quota ? { ...found.quota } : Prisma.DbNull,
        fingerprint: found.fingerprint,
        checkedAt: new Date(),
        checkFailures: 0,
      },
    });
    if (count === 0) return [];
    if (found.quota) await sampleQuota(tx, key.id, found.quota);
    if (key.state === 'active') return [];
    await appendKeyEvent(tx, key, 'key.activated', {});
    return resumeErased(tx, key, found.fingerprint);
  });
}

/**
 * The provider refused the key in the free check. A key that was never good is `rejected`, one that was good
 * `needs_reentry`, once it was refused often enough; a key that was never good and that the provider says it does
 * not know at all, at once.
 *
 * @returns whether it should be checked again
 */
export function refuseKey(db: Database, key: ProviderKey, failure: ProviderFailure): Promise<boolean> {
  return db.$transaction(async (tx) => {
    const failures = key.checkFailures + 1;
    const isNew = key.state === 'checking';
    const believed = failures >= FAILURES_BELIEVED || (isNew && failure.code === 'key_invalid');
    const state = isNew ? ('rejected' as const) : ('needs_reentry' as const);
    const { count } = await tx.providerKey.updateMany({
      where: { id: key.id, state: { in: ['checking', 'active'] }, checkFailures: key.checkFailures },
      data: {
        checkFailures: failures,
        checkedAt: new Date(),
        ...(believed && { state, stateReason: failure.code }),
      },
    });
    if (count === 1 && believed) await appendKeyEvent(tx, key, `key.${state}`, { reason: failure.code });
    return count === 1 && !believed;
  });
}

/** What the provider says is left on a key; false where the key is no longer good, and nothing was written. */
export function recordQuota(db: Database, id: string, quota: KeyQuota): Promise<boolean> {
  return db.$transaction(async (tx) => {
    const { count } = await tx.providerKey.updateMany({
      where: { id, state: 'active' },
      data: { quota: { ...quota }, checkedAt: new Date() },
    });
    if (count === 1) await sampleQuota(tx, id, quota);
    return count === 1;
  });
}

/** Keeps what is left on a key, where it is something else than it was. */
async function sampleQuota(tx: Transaction, keyId: string, { total, used }: KeyQuota): Promise<void> {
  const available = total - used;
  const last = await tx.quotaSample.findFirst({ where: { keyId }, orderBy: { at: 'desc' } });
  if (last?.available.toNumber() === available) return;
  await tx.quotaSample.create({ data: { keyId, available } });
}

function appendKeyEvent(
  tx: Parameters<typeof append>[0],
  key: ProviderKey,
  action: string,
  detail: Record<string, string>,
): Promise<unknown> {
  return append(tx, { action, actorId: key.ownerId, subject: 'key', subjectId: key.id, detail });
}
