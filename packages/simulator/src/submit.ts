import type { SimulatorContext } from './context.ts';
import type { Fault } from './faults/fault-spec.ts';
import { type FaultName, faultsOf } from './faults/fault-table.ts';
import { sha256 } from './state/hash.ts';
import type { LedgerAnswer, LedgerEntry } from './state/ledger.ts';
import type { Task, TaskRecord } from './state/tasks.ts';
import { type ForeignEntry, type Submission, subjectOf, toForeignRecord, toRecords } from './submission.ts';

export interface Accepted {
  tasks: Task[];
  /** The fault that decides the answer, if any. */
  fault: Fault | undefined;
}

const ANSWERS: Partial<Record<FaultName, LedgerAnswer>> = {
  drop_after_accept: 'dropped',
  gateway_timeout_after_accept: '504',
  html_after_accept: 'html',
  error_500_after_accept: '500',
  hang_after_accept: 'hang',
  unparsable_after_accept: 'unparsable',
  empty_histories_after_accept: 'empty',
  slow_answer: 'slow',
};

/** Counts a submit request as it arrives, whatever becomes of it. */
export function seeSubmit(ctx: SimulatorContext, key: string): void {
  const keySha256 = sha256(key);
  ctx.ledger.see(keySha256);
  ctx.journal.append({ type: 'seen', keySha256 });
}

/** Takes a submit on: from here on it is billed, whatever the client is told. */
export function acceptSubmission(ctx: SimulatorContext, submission: Submission): Accepted {
  const records = toRecords(ctx, submission);
  const fault = ctx.faults.take(subjectOf(submission), faultsOf('after'));
  const entry = toEntry(ctx, submission, records, (fault && ANSWERS[fault.name]) ?? 'ok');
  ctx.journal.append({ type: 'accepted', entry, tasks: records, credits: submission.count });
  ctx.ledger.accept(entry);
  submission.key.used += submission.count;
  if (ctx.faults.take(subjectOf(submission), ['history_twin'])) {
    addForeignEntry(ctx, {
      keySha256: submission.key.sha256,
      prompt: submission.prompt,
      provider: submission.provider,
    });
  }
  const tasks = records.map((record) => ctx.tasks.add(record));
  for (const task of tasks) prepareOutputs(ctx, task);
  return { tasks, fault };
}

/** Starts making a task's outputs, so that they are there when it is due. */
export function prepareOutputs(ctx: SimulatorContext, task: TaskRecord): void {
  if (task.error === null) for (const output of task.outputs) ctx.media.prepare(output);
}

/** Puts an entry in a key's histories that no submit of the ledger made. */
export function addForeignEntry(ctx: SimulatorContext, entry: ForeignEntry): Task {
  const record = toForeignRecord(ctx, entry);
  ctx.journal.append({ type: 'foreign', task: record });
  const task = ctx.tasks.add(record);
  prepareOutputs(ctx, task);
  return task;
}

function toEntry(
  ctx: SimulatorContext,
  submission: Submission,
  records: TaskRecord[],
  answered: LedgerAnswer,
): LedgerEntry {
  return {
    seq: ctx.ledger.nextSeq,
    acceptedAt: new Date(ctx.now()).toISOString(),
    provider: submission.provider,
    endpoint: submission.endpoint,
    keyHint: submission.keyHint,
    keySha256: submission.key.sha256,
    prompt: submission.prompt,
    aspectRatio: submission.aspectRatio,
    operationIds: records.map((record) => record.id),
    count: submission.count,
    imageCount: submission.images.length,
    callbackUrl: submission.callbackUrl,
    answered,
  };
}
