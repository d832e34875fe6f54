import { uuidv7 } from 'uuidv7';
import type { Kind } from '../domain/models.ts';
import type { ProviderFailure } from '../providers/video-provider.ts';
import { append } from './audit-repo.ts';
import { passBreaker } from './breaker-repo.ts';
import type { Database, Transaction } from './client.ts';
import type { Prisma } from './generated/client.ts';
import { settle } from './ledger-repo.ts';
import { cancelWaiting } from './lifecycle-repo.ts';
import { spendToken } from './pacing-repo.ts';
import { transition } from './transition.ts';

const withWhatACallNeeds = {
  key: true,
  inputs: { orderBy: { position: 'asc' }, include: { upload: true } },
} as const satisfies Prisma.GenerationInclude;

type ClaimedGeneration = Prisma.GenerationGetPayload<{ include: typeof withWhatACallNeeds }>;

/** The right to submit one generation, held by one worker until its lease ends. */
export interface Claim {
  generation: ClaimedGeneration;
  submissionId: string;
  startedAt: Date;
  /** Whether it tries if its provider works again. */
  probe: boolean;
}

export interface ClaimRequest {
  generationId: string;
  /** Names this worker process. */
  worker: string;
  leaseMs: number;
  /** The pacing bucket to spend from. */
  endpoint: string;
  requestsPerMinute: number;
}

export type ClaimResult = { claim: Claim } | { paceMs: number } | { refused: true };

/**
 * `admitted -> submitting`: every gate is read in the very statement that takes the generation, the provider's breaker
 * lets it through, a token of the key's pace is spent, and the submission is on record, all in one transaction before
 * anything is sent.
 *
 * @returns the claim; or how long to wait for the pace; or `refused`, where it may not be submitted (now)
 */
export async function claimForSubmit(db: Database, request: ClaimRequest): Promise<ClaimResult> {
  const { generationId, worker, leaseMs, endpoint, requestsPerMinute } = request;
  try {
    return await db.$transaction(async (tx): Promise<ClaimResult> => {
      const taken = await tx.$queryRaw<{ keyId: string; provider: string; fingerprint: Uint8Array | null }[]>`
        update generations g set state = 'submitting', fence = g.fence + 1, lease_owner = ${worker},
          lease_expires_at = now() + make_interval(secs => ${leaseMs / 1000}::float8),
          touched_at = now(), updated_at = now()
        from provider_keys k, users u, service_mode m
        where g.id = ${generationId}::uuid and g.state = 'admitted'
          and k.id = g.key_id and k.state = 'active' and k.sealed is not null
          and u.id = g.user_id and u.state = 'active' and m.mode = 'open'
        returning g.key_id as "keyId", g.provider, k.fingerprint`;
      const [row] = taken;
      if (!row) return { refused: true };
      const passage = await passBreaker(tx, row.provider, leaseMs);
      if (passage === 'open') throw new NotNow({ refused: true });
      const paceMs = await spendToken(tx, { ...row, endpoint, requestsPerMinute });
      if (paceMs > 0) throw new NotNow({ paceMs });
      const attempt = 1 + (await tx.submission.count({ where: { generationId } }));
      const submission = await tx.submission.create({
        data: { id: uuidv7(), generationId, attempt, worker },
      });
      const generation = await tx.generation.findUniqueOrThrow({
        where: { id: generationId },
        include: withWhatACallNeeds,
      });
      await append(tx, {
        ...{ action: 'key.used', actorId: generation.userId, subject: 'key', subjectId: generation.keyId },
        detail: { generation: generationId, attempt },
      });
      const { id: submissionId, startedAt } = submission;
      return { claim: { generation, submissionId, startedAt, probe: passage === 'probe' } };
    });
  } catch (error) {
    if (error instanceof NotNow) return error.result;
    throw error;
  }
}

/**
 * Right before the call: is the lease still ours? A worker that slept past it must not send.
 */
export async function stillHoldsLease(db: Database, { generation }: Claim): Promise<boolean> {
  const rows = await db.$queryRaw<unknown[]>`
    select 1 from generations where id = ${generation.id}::uuid and state = 'submitting'
      and fence = ${generation.fence} and lease_owner = ${generation.leaseOwner} and lease_expires_at > now()`;
  return rows.length === 1;
}

/**
 * Ends a generation that will not be billed: the provider said no in so many words (`rejected`), or it was certainly
 * not sent and shall not be tried again (`not_sent`).
 */
export function failSubmission(
  db: Database,
  claim: Claim,
  outcome: 'rejected' | 'not_sent',
  { code, reason }: ProviderFailure,
): Promise<boolean> {
  return endSubmission(db, claim, outcome, reason, async (tx, { id, fence }) => {
    const failed = await transition(tx, {
      id,
      fence,
      to: 'failed',
      data: { errorCode: code, errorReason: reason },
    });
    if (failed) await settle(tx, id, 0, 1);
    return failed;
  });
}

/**
 * Certainly not sent: back to the queue for another try after `delayMs`. Whoever waits is told why. Where its key was
 * retired meanwhile, which cancels what waits for it, it is canceled too.
 */
export function requeueSubmission(
  db: Database,
  claim: Claim,
  { code, reason }: ProviderFailure,
  delayMs: number,
): Promise<boolean> {
  return endSubmission(db, claim, 'not_sent', reason, async (tx, { id, fence }) => {
    const eligibleAt = new Date(Date.now() + delayMs);
    const data = { eligibleAt, notSentCount: { increment: 1 }, errorCode: code, errorReason: reason };
    // First the key, then the generation, as whoever retires it does: else each could wait for the other.
    const isOfNoUse = await isRetired(tx, claim.generation.keyId);
    const queued = await transition(tx, { id, fence, to: 'queued', data });
    if (queued && isOfNoUse) await cancelWaiting(tx, id);
    return queued;
  });
}

/** The provider may have accepted. No machine sends it again. */
export function markOutcomeUnknown(db: Database, claim: Claim, reason: string): Promise<boolean> {
  return endSubmission(db, claim, 'unknown', reason, (tx, { id, fence }) =>
    transition(tx, {
      id,
      fence,
      to: 'outcome_unknown',
      data: { errorCode: 'outcome_unknown', errorReason: reason },
    }),
  );
}

/** The claim's generation is put back unsent because its gates closed before a submission began. */
export function returnToQueue(db: Database, generationId: string): Promise<boolean> {
  return transition(db, { id: generationId, to: 'queued', from: ['admitted'] });
}

function endSubmission(
  db: Database,
  { generation, submissionId }: Claim,
  outcome: 'rejected' | 'not_sent' | 'unknown',
  detail: string,
  change: (tx: Transaction, generation: { id: string; fence: number }) => Promise<boolean>,
): Promise<boolean> {
  return db.$transaction(async (tx) => {
    // Only the holder of the fence may speak of this submission: another worker may have declared it unknown.
    if (!(await change(tx, generation))) return false;
    await tx.submission.update({
      where: { id: submissionId },
      data: { outcome, detail, finishedAt: new Date() },
    });
    return true;
  });
}

/** Waits for whoever is retiring the key in this moment. */
async function isRetired(tx: Transaction, keyId: string): Promise<boolean> {
  const [key] = await tx.$queryRaw<{ state: string }[]>`
    select state::text from provider_keys where id = ${keyId}::uuid for share`;
  return key?.state === 'retired';
}

/** Rolls the claim back where the pace or the breaker does not let it through. */
class NotNow extends Error {
  override readonly name = 'NotNow';
  readonly result: ClaimResult;

  constructor(result: ClaimResult) {
    super('It may not be submitted now.');
    this.result = result;
  }
}

/** Whom to ask for a generation that waits to be submitted; null where it does not wait (any more). */
export async function findForSubmit(
  db: Database,
  generationId: string,
): Promise<{ provider: string; kind: Kind } | null> {
  const row = await db.generation.findFirst({
    where: { id: generationId, state: 'admitted' },
    select: { provider: true, kind: true },
  });
  return row && { provider: row.provider, kind: row.kind as Kind };
}
