import { generationErrors, isGenerationErrorCode } from '../domain/errors/generations.ts';
import type { ProviderFailure } from '../providers/video-provider.ts';
import type { Database, Transaction } from './client.ts';
import type { ProviderKey } from './generated/client.ts';
import { settle } from './ledger-repo.ts';
import type { Reader, Statement } from './reader.ts';
import { transition } from './transition.ts';

/** An operation that its provider has not ended yet. */
export interface PendingOperation {
  id: string;
  operationId: string;
  generationId: string;
  model: string;
  submittedAt: Date | null;
  deadlineAt: Date | null;
}

/** A submit whose answer was lost. */
export interface LostSubmission {
  generationId: string;
  model: string;
  prompt: string;
  count: number;
  startedAt: Date;
  /** False once it was given up: it is looked for only where its owner asks. */
  expected: boolean;
}

export interface WatchedWork {
  key: WatchedKey;
  pending: PendingOperation[];
  lost: LostSubmission[];
}

type WatchedKey = Pick<
  ProviderKey,
  'id' | 'ownerId' | 'provider' | 'ringId' | 'sealed' | 'fingerprint' | 'watchFence' | 'watchTouchedAt'
>;

/** One statement, past Prisma: it is what thousands of operations in flight cost most. */
const watchedWork: Statement = {
  name: 'watched-work',
  text: `select k.id, k.owner_id as "ownerId", k.provider, k.ring_id as "ringId", k.sealed, k.fingerprint,
      k.watch_fence as "watchFence", k.watch_touched_at as "watchTouchedAt",
      (select coalesce(json_agg(json_build_object('id', o.id, 'operationId', o.operation_id, 'generationId', g.id,
          'model', g.model, 'submittedAt', g.submitted_at, 'deadlineAt', g.deadline_at)), '[]')
        from generations g join operations o on o.generation_id = g.id and o.state = 'pending'
        where g.key_id = k.id and g.state = 'running') as pending,
      exists (select 1 from generations g
        where g.key_id = k.id and g.state in ('outcome_unknown', 'expired')) as "maybeLost"
    from provider_keys k where k.id = $1`,
};

/** Everything of one key that a provider can be asked about. Null where the key is gone. */
export async function loadWatchedWork(
  { reader, db }: { reader: Reader; db: Database },
  keyId: string,
): Promise<WatchedWork | null> {
  type Row = WatchedKey & {
    pending: (Omit<PendingOperation, 'submittedAt' | 'deadlineAt'> & {
      submittedAt: string | null;
      deadlineAt: string | null;
    })[];
    maybeLost: boolean;
  };
  const [row] = await reader.read<Row>(watchedWork, [keyId]);
  if (!row) return null;
  const { pending, maybeLost, ...key } = row;
  return {
    key,
    pending: pending.map(({ submittedAt, deadlineAt, ...operation }) => ({
      ...operation,
      submittedAt: toDate(submittedAt),
      deadlineAt: toDate(deadlineAt),
    })),
    lost: maybeLost ? await findLost(db, keyId) : [],
  };
}

async function findLost(db: Database, keyId: string): Promise<LostSubmission[]> {
  const unanswered = await db.submission.findMany({
    where: {
      outcome: { in: ['pending', 'unknown'] },
      generation: { keyId, state: { in: ['outcome_unknown', 'expired'] }, operations: { none: {} } },
    },
    include: { generation: true },
  });
  return unanswered.map(({ startedAt, generation }) => ({
    generationId: generation.id,
    model: generation.model,
    prompt: generation.prompt,
    count: generation.count,
    startedAt,
    expected: generation.state === 'outcome_unknown',
  }));
}

function toDate(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

/** Shows the sweep that a watcher lives; at most once a minute, so that idle polling writes next to nothing. */
export async function touchWatch(db: Database, { id, watchTouchedAt }: WatchedKey): Promise<void> {
  if (watchTouchedAt && Date.now() - watchTouchedAt.getTime() < 60_000) return;
  await db.providerKey.update({ where: { id }, data: { watchTouchedAt: new Date() } });
}

/** A round of several calls keeps everybody away for longer than one call does. */
export async function keepAway(db: Database, { id, watchFence }: WatchedKey, forMs: number): Promise<void> {
  const watchDueAt = new Date(Date.now() + forMs);
  await db.providerKey.updateMany({ where: { id, watchFence }, data: { watchDueAt } });
}

/**
 * Which of these history entries nobody may take for a lost submission: those known already. Call it after the
 * history was read, so that whatever the history shows of a submit under way is known or seen as under way here.
 */
export async function findKnownOperations(
  db: Database,
  provider: string,
  ids: readonly string[],
): Promise<Set<string>> {
  const rows = await db.operation.findMany({ where: { provider, operationId: { in: [...ids] } } });
  return new Set(rows.map(({ operationId }) => operationId));
}

/**
 * How many submissions with this prompt, by any entry of the same key, still have no answer. Where there is more than
 * one, nobody can tell whose a history entry is.
 */
export async function countUnanswered(db: Database, key: WatchedKey, prompt: string): Promise<number> {
  const sameKey = key.fingerprint ? { fingerprint: key.fingerprint } : { id: key.id };
  return db.submission.count({
    where: {
      outcome: { in: ['pending', 'unknown'] },
      generation: { prompt, provider: key.provider, key: sameKey, operations: { none: {} } },
    },
  });
}

/** Where an ended operation leaves its generation: `waiting` for others, or on its way to what follows. */
export interface Progress {
  next: 'storing' | 'failed' | 'waiting';
  fence: number;
}

/** Keeps that an operation ended, and moves its generation on once all of them did. */
export function finishOperation(
  db: Database,
  operation: PendingOperation,
  result: { urls: readonly string[] } | { failure: ProviderFailure },
  retentionHours: number,
): Promise<Progress> {
  return db.$transaction(async (tx) => {
    const ended =
      'urls' in result
        ? { state: 'succeeded' as const, resultUrls: [...result.urls] }
        : { state: 'failed' as const, errorCode: result.failure.code, errorReason: result.failure.reason };
    await tx.$executeRaw`select 1 from generations where id = ${operation.generationId}::uuid for update`;
    await tx.operation.updateMany({
      where: { id: operation.id, state: 'pending' },
      data: { ...ended, finishedAt: new Date() },
    });
    return moveOn(tx, operation.generationId, retentionHours);
  });
}

/** The provider was silent past the deadline. Settled in full: it may still bill. */
export function expire(
  db: Database,
  generationId: string,
  code: 'deadline_passed' | 'key_erased',
): Promise<boolean> {
  return db.$transaction(async (tx) => {
    const { count } = await tx.generation.findUniqueOrThrow({ where: { id: generationId } });
    const expired = await transition(tx, {
      id: generationId,
      to: 'expired',
      from: ['running', 'outcome_unknown'],
      data: { errorCode: code },
    });
    if (expired) await settle(tx, generationId, count, count);
    return expired;
  });
}

async function moveOn(tx: Transaction, id: string, retentionHours: number): Promise<Progress> {
  const operations = await tx.operation.findMany({
    where: { generationId: id },
    orderBy: { position: 'asc' },
  });
  const generation = await tx.generation.findUniqueOrThrow({ where: { id } });
  const waiting: Progress = { next: 'waiting', fence: generation.fence };
  const moved = { fence: generation.fence + 1 };
  if (operations.some(({ state }) => state === 'pending')) return waiting;
  if (operations.some(({ state }) => state === 'succeeded')) {
    // Counted from the first time it was done: asking for fresh links does not make the provider keep it longer.
    const retainedUntil = generation.retainedUntil ?? new Date(Date.now() + retentionHours * 3_600_000);
    // What it waited for before does not say why it would wait now.
    const data = { retainedUntil, errorCode: null, errorReason: null };
    const storing = await transition(tx, { id, to: 'storing', data });
    return storing ? { next: 'storing', ...moved } : waiting;
  }
  const filtered = operations.filter(({ errorCode }) => errorCode === 'content_filtered');
  const billed = operations.filter(({ errorCode }) => mayBeBilled(errorCode));
  const why = billed[0] ?? filtered[0] ?? operations[0];
  const failed = await transition(tx, {
    id,
    to: 'failed',
    from: ['running'],
    data: {
      errorCode: why?.errorCode ?? 'provider_failed',
      errorReason: why?.errorReason ?? null,
      filteredCount: filtered.length,
    },
  });
  if (!failed) return waiting;
  await settle(tx, id, billed.length, operations.length);
  return { next: 'failed', ...moved };
}

/** Whether an operation that ended so is counted at its price, as what may be billed is. */
function mayBeBilled(code: string | null): boolean {
  return code !== null && isGenerationErrorCode(code) && generationErrors[code].billing !== 'not_billed';
}
