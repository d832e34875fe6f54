import type { GenerationErrorCode } from '../domain/errors/generations.ts';
import type { Database, Transaction } from './client.ts';
import type { Operation, Output, ProviderKey } from './generated/client.ts';
import { settle } from './ledger-repo.ts';
import { transition } from './transition.ts';

export interface StoringWork {
  id: string;
  fence: number;
  provider: string;
  model: string;
  count: number;
  retainedUntil: Date | null;
  /** Not before. */
  eligibleAt: Date;
  /** What kept it from being stored the last time; null where nothing did since its links are known. */
  errorCode: string | null;
  /** How often something did since the provider was done. */
  storeFaultCount: number;
  createdAt: Date;
  key: ProviderKey;
  operations: Operation[];
  outputs: Output[];
}

/**
 * Shows the sweep that a generation which is to be stored has a live job.
 *
 * @returns whether it still is `storing`
 */
export async function touchStoring(db: Transaction, id: string): Promise<boolean> {
  const { count } = await db.generation.updateMany({
    where: { id, state: 'storing' },
    data: { touchedAt: new Date() },
  });
  return count === 1;
}

/**
 * What is to be fetched for a generation; null where it is not `storing` (any more). Its row is locked meanwhile, so
 * that all parts are of one moment: links that are just being renewed would seem to be fewer.
 */
export function loadStoringWork(db: Database, id: string): Promise<StoringWork | null> {
  return db.$transaction(async (tx) => {
    if (!(await touchStoring(tx, id))) return null;
    return tx.generation.findUnique({
      where: { id },
      include: { key: true, operations: { orderBy: { position: 'asc' } }, outputs: true },
    });
  });
}

/**
 * One file is stored. Storing it twice is no error: both wrote the same name. Of a generation that is pinned by now, it
 * does not expire.
 */
export async function recordOutput(
  db: Database,
  output: Omit<Output, 'createdAt' | 'deletedAt'>,
): Promise<void> {
  await db.$transaction(async (tx) => {
    // Whoever pins it waits until the row is there, and finds it.
    const [generation] = await tx.$queryRaw<{ pinned: boolean }[]>`
      select pinned_at is not null as pinned from generations where id = ${output.generationId}::uuid for share`;
    const expiresAt = generation?.pinned ? null : output.expiresAt;
    await tx.output.createMany({ data: [{ ...output, expiresAt }], skipDuplicates: true });
  });
}

/** All files are stored: settled at what was delivered. */
export function finishStoring(db: Database, work: StoringWork): Promise<boolean> {
  return db.$transaction(async (tx) => {
    const outputs = await tx.output.count({ where: { generationId: work.id } });
    const filteredCount = work.operations.filter(({ errorCode }) => errorCode === 'content_filtered').length;
    const done = await transition(tx, {
      id: work.id,
      // What was fetched is all there is only as long as nothing changed since.
      fence: work.fence,
      to: 'succeeded',
      from: ['storing'],
      data: { filteredCount, errorCode: null, errorReason: null },
    });
    if (done) await settle(tx, work.id, Math.min(outputs, work.count), work.count);
    return done;
  });
}

/** Why a generation could not be stored, in a code of the catalogue and a sentence for its owner. */
export interface StoringFault {
  code: GenerationErrorCode;
  reason: string;
}

/**
 * It could not be stored now: its owner is told why, and until when it waits. It is paid for, so it stays `storing`.
 *
 * @returns whether it still was
 */
export async function waitToStore(
  db: Database,
  work: StoringWork,
  { code, reason }: StoringFault,
  eligibleAt: Date,
): Promise<boolean> {
  const now = new Date();
  const { count } = await db.generation.updateMany({
    where: { id: work.id, state: 'storing', fence: work.fence },
    data: {
      errorCode: code,
      errorReason: reason,
      eligibleAt,
      storeFaultCount: { increment: 1 },
      updatedAt: now,
      touchedAt: now,
    },
  });
  return count === 1;
}

/** `storing -> running`: the links are stale, so the provider is asked for the same operations again. */
export function askForFreshLinks(db: Database, work: StoringWork, reason: string): Promise<boolean> {
  return db.$transaction(async (tx) => {
    const data = {
      deadlineAt: work.retainedUntil,
      errorReason: reason,
      storeFaultCount: { increment: 1 },
    };
    const asked = await transition(tx, {
      id: work.id,
      fence: work.fence,
      to: 'running',
      from: ['storing'],
      data,
    });
    if (!asked) return false;
    await tx.operation.updateMany({
      where: { generationId: work.id, state: 'succeeded' },
      data: { state: 'pending', resultUrls: [] },
    });
    return true;
  });
}

/** The provider keeps the result no longer. It was made, so it is settled in full. */
export function giveUpStoring(
  db: Database,
  work: StoringWork,
  { code, reason }: StoringFault,
): Promise<boolean> {
  return db.$transaction(async (tx) => {
    const data = { errorCode: code, errorReason: reason };
    const expired = await transition(tx, { id: work.id, to: 'expired', from: ['storing'], data });
    if (expired) await settle(tx, work.id, work.count, work.count);
    return expired;
  });
}
