import { randomUUID } from 'node:crypto';
import type { SimulatorContext } from './context.ts';
import { type Fault, withoutDirectives } from './faults/fault-spec.ts';
import type { FaultName } from './faults/fault-table.ts';
import { type MediaImage, type MediaRequest, type Shape, sizeOf } from './media/media-request.ts';
import { sha256 } from './state/hash.ts';
import type { KeyState } from './state/keys.ts';
import type { TaskRecord } from './state/tasks.ts';

/** A submit that passed every check of its provider. */
export interface Submission {
  provider: string;
  endpoint: string;
  label: string;
  key: KeyState;
  keyHint: string;
  prompt: string;
  directives: Fault[];
  kind: 'video' | 'image';
  aspectRatio: string;
  shape: Shape;
  /** The shorter side in pixels. */
  shorterSide: number;
  count: number;
  /** Whether the outputs are one task each, or all of one task. */
  grouping: 'task-per-output' | 'one-task';
  images: { role: MediaImage['role']; data: Buffer }[];
  callbackUrl: string | null;
}

/** An entry of the histories that comes from no submit. */
export interface ForeignEntry {
  keySha256: string;
  prompt: string;
  provider: string;
  /** What the entry shows, in milliseconds since the epoch; now where left out. */
  createdAt?: number | undefined;
}

/** The shorter side of a tiny output. */
const TINY_SIDE = 180;

const TASK_ERRORS: Partial<Record<FaultName, string>> = {
  unsafe_generation: 'UNSAFE_GENERATION',
  audio_filtered: 'AUDIO_FILTERED',
  create_failed: 'Create video failed',
  upload_failed: 'Failed to upload image, please try again',
  invalid_argument: 'Request contains an invalid argument.',
};

/** What faults are matched against for this submit. */
export function subjectOf(submission: Submission) {
  const { key, endpoint, prompt, directives } = submission;
  return { keySha256: key.sha256, endpoint, prompt, directives };
}

/** The tasks that a submit makes, their ends already decided. */
export function toRecords(ctx: SimulatorContext, submission: Submission): TaskRecord[] {
  const taken = (name: FaultName) => ctx.faults.take(subjectOf(submission), [name]);
  const now = ctx.now();
  const latency = taken('latency')?.value ?? submission.key.latencyMs ?? ctx.options.latencyMs;
  const dueAt = taken('never_completes') ? null : now + latency;
  const failure = ctx.faults.take(subjectOf(submission), Object.keys(TASK_ERRORS) as FaultName[]);
  const error = (failure && TASK_ERRORS[failure.name]) ?? null;
  const filtered = taken('filtered')?.value ?? 0;
  const none = taken('no_file_urls') !== undefined;
  const tiny = ctx.options.videoSize === 'tiny' || taken('tiny') !== undefined;
  const images = submission.images.map(({ role, data }) => {
    const image: MediaImage = { role, sha256: sha256(data) };
    ctx.journal.saveImage(image.sha256, data);
    return image;
  });
  const output = (take: number): MediaRequest => ({
    kind: submission.kind,
    caption: withoutDirectives(submission.prompt),
    label: submission.label,
    ...sizeOf(submission.shape, tiny ? TINY_SIDE : submission.shorterSide),
    // Tiny outputs are for tests and benches: all takes of one prompt share one file.
    take: tiny ? 0 : take,
    images,
  });
  const record = (outputs: MediaRequest[], credits: number, ownError: string | null): TaskRecord => ({
    id: randomUUID(),
    provider: submission.provider,
    endpoint: submission.endpoint,
    keySha256: submission.key.sha256,
    prompt: submission.prompt,
    directives: submission.directives,
    acceptedAt: now,
    createdAt: now + ctx.options.clockSkewMs,
    dueAt,
    error: ownError,
    outputs: none ? [] : outputs,
    credits,
    foreign: false,
  });
  const takes = Array.from({ length: submission.count }, (_, take) => take);
  if (submission.grouping === 'one-task') {
    const kept = takes.slice(Math.min(filtered, submission.count));
    return [
      record(kept.map(output), submission.count, error ?? (kept.length === 0 ? 'UNSAFE_GENERATION' : null)),
    ];
  }
  return takes.map((take) =>
    record([output(take)], 1, error ?? (take < filtered ? 'UNSAFE_GENERATION' : null)),
  );
}

export function toForeignRecord(ctx: SimulatorContext, entry: ForeignEntry): TaskRecord {
  const now = ctx.now();
  return {
    id: randomUUID(),
    provider: entry.provider,
    endpoint: 'foreign',
    keySha256: entry.keySha256,
    prompt: entry.prompt,
    directives: [],
    acceptedAt: now,
    createdAt: entry.createdAt ?? now + ctx.options.clockSkewMs,
    dueAt: now,
    error: null,
    outputs: [
      {
        kind: 'video',
        caption: withoutDirectives(entry.prompt),
        label: 'Foreign entry',
        ...sizeOf('landscape', TINY_SIDE),
        take: 0,
        images: [],
      },
    ],
    credits: 0,
    foreign: true,
  };
}
