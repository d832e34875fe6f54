import { type IQueueBackend, Queue } from 'bullmq';
import { AppError } from '../domain/errors.ts';
import { catalog, type JobName, type JobPayload, jobNames } from './catalog.ts';
import type { QueueBackend } from './queue-backend.ts';

/** An unreachable Redis makes BullMQ wait for it; a request must not. */
const ADD_TIMEOUT_MS = 3_000;
/** Jobs that are added in one call. */
const BULK = 500;

export interface AddOptions {
  /** A second job of this id is not added while the first one lives. Neither an integer nor with a colon. */
  jobId?: string;
  /** Not before so many milliseconds. */
  delay?: number;
  /** While one with this id waits, another is not added; while one runs, one more is kept for its end. */
  deduplication?: { id: string; keepLastIfActive: true };
}

type AnyQueue = Queue<unknown, unknown, string, unknown, unknown, string, IQueueBackend>;

export type Queues = ReturnType<typeof openQueues>;

/**
 * One BullMQ queue for each job of the catalogue, to add jobs to.
 *
 * @param onError gets what went wrong, and a sentence about it
 */
export function openQueues(backend: QueueBackend, onError: (error: unknown, sentence: string) => void) {
  const opened = new Map<JobName, AnyQueue>();
  for (const name of jobNames) {
    const queue: AnyQueue = new Queue(name, backend.options, backend.factory);
    queue.on('error', (error) => onError(error, 'queue error'));
    opened.set(name, queue);
  }
  const queueOf = (name: JobName) => opened.get(name) as AnyQueue;

  const queues = {
    backend: backend.kind,

    /**
     * Adds a job. Call it after the commit of what the job will read. Throws `unavailable` where the queue does not
     * answer; nothing is lost by that, since the sweep finds work without a job.
     */
    async add<Name extends JobName>(
      name: Name,
      payload: JobPayload<Name>,
      options: AddOptions = {},
    ): Promise<void> {
      await withTimeout(queueOf(name).add(name, payload, { ...optionsOf(name), ...options }));
    },

    /**
     * Adds a job that nobody waits for, after the commit of what it will read. Never throws: where the queue is away
     * nothing is lost, since the sweep finds work without a job.
     */
    async hint<Name extends JobName>(
      name: Name,
      payload: JobPayload<Name>,
      options?: AddOptions,
    ): Promise<void> {
      await queues.add(name, payload, options).catch((error: unknown) => {
        onError(error, 'the queue is away; the sweep will find the work');
      });
    },

    /** As `hint`, for many jobs of one name in one call. */
    async hintMany<Name extends JobName>(
      name: Name,
      jobs: readonly { payload: JobPayload<Name>; options: AddOptions }[],
    ): Promise<void> {
      for (let at = 0; at < jobs.length; at += BULK) {
        const bulk = jobs.slice(at, at + BULK).map(({ payload, options }) => ({
          name,
          data: payload,
          opts: { ...optionsOf(name), ...options },
        }));
        await withTimeout(queueOf(name).addBulk(bulk)).catch((error: unknown) => {
          onError(error, 'the queue is away; the sweep will find the work');
        });
      }
    },

    /** Makes a job come back every so often, once for all workers together. */
    async repeat(name: JobName, everyMs: number): Promise<void> {
      const template = { opts: { removeOnComplete: true, removeOnFail: true } };
      await queueOf(name).upsertJobScheduler(name, { every: everyMs }, template);
    },

    /** How many jobs of each name there are, by what they wait for. Throws `unavailable` where the queue is away. */
    async counts(): Promise<{ name: JobName; waiting: number; active: number; delayed: number }[]> {
      return withTimeout(
        Promise.all(
          jobNames.map(async (name) => {
            const {
              waiting = 0,
              active = 0,
              delayed = 0,
              prioritized = 0,
            } = await queueOf(name).getJobCounts(
              ...(['waiting', 'active', 'delayed', 'prioritized'] as const),
            );
            return { name, waiting: waiting + prioritized, active, delayed };
          }),
        ),
      );
    },

    /** Whether the queue answers. */
    async isReachable(): Promise<boolean> {
      try {
        await withTimeout(queueOf('sweep').getJobCounts('waiting'));
        return true;
      } catch {
        return false;
      }
    },

    async close(): Promise<void> {
      await Promise.allSettled([...opened.values()].map((queue) => queue.close()));
    },
  };
  return queues;
}

function optionsOf(name: JobName) {
  const { attempts, backoffMs } = catalog[name];
  return {
    attempts,
    backoff: { type: 'exponential', delay: backoffMs },
    // A kept job would block its id for ever.
    removeOnComplete: true,
    removeOnFail: true,
  };
}

async function withTimeout<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new AppError('unavailable', 'The queue does not answer.')),
      ADD_TIMEOUT_MS,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => {}); // Late errors of an abandoned call have nobody left to go to.
  }
}
