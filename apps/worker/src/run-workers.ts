import { channel } from 'node:diagnostics_channel';
import { catalog, type JobName, type JobPayload, jobNames } from '@veogate/shared/jobs/catalog';
import { DelayedError, type IQueueBackend, type Job, UnrecoverableError, Worker } from 'bullmq';
import { Value } from 'typebox/value';
import type { Services } from './services.ts';

/** Where a processor wants to be called again with the same payload. */
export interface Again {
  againInMs: number;
}

/** One function for each job of the catalogue; a missing one does not compile. */
export type Processors = {
  [Name in JobName]: (payload: JobPayload<Name>) => Promise<Again | undefined>;
};

/** Told of each job that begins or delays itself, for whoever measures how late jobs are. */
const jobs = channel('veogate.job');

type AnyWorker = Worker<unknown, void, string, IQueueBackend>;

/** Runs every job of the catalogue. `close` lets what is running finish. */
export function runWorkers(
  { queueBackend, log, config, metrics, tracing }: Services,
  processors: Processors,
) {
  const workers = jobNames.map((name) => {
    const run = async (job: Job, token?: string): Promise<void> => {
      report({ job: name, id: job.id, event: 'started' });
      const end = metrics.jobs.startTimer({ job: name });
      const { generationId } = job.data as { generationId?: string };
      const timed = tracing.time(`job ${name}`, { generationId }, () => process(name, job.data));
      const again = await timed.catch((error: unknown) => {
        end({ outcome: 'failed' });
        throw error;
      });
      end({ outcome: again ? 'delayed' : 'done' });
      if (!again) return;
      // Postgres takes whole milliseconds only; a fraction would fail the job.
      const dueAt = Math.round(Date.now() + again.againInMs);
      report({ job: name, id: job.id, event: 'delayed', dueAt });
      await job.moveToDelayed(dueAt, token);
      throw new DelayedError();
    };
    const worker: AnyWorker = new Worker(
      name,
      run,
      {
        ...queueBackend.options,
        concurrency: catalog[name].concurrency,
        lockDuration: config.JOB_LOCK_MS,
        stalledInterval: config.JOB_LOCK_MS,
        // It counts kills in a job's whole life and is never set back; the fences make a re-delivery harmless.
        maxStalledCount: 1_000_000,
        removeOnComplete: { count: 0 },
        removeOnFail: { count: 0 },
      },
      queueBackend.factory,
    );
    worker.on('error', (error) => log.warn({ err: error, job: name }, 'queue error'));
    worker.on('failed', (job, error) => {
      log.warn({ err: error, job: name, payload: job?.data, attempt: job?.attemptsMade }, 'job failed');
    });
    return worker;
  });

  function process<Name extends JobName>(name: Name, data: unknown): Promise<Again | undefined> {
    const contract = catalog[name].payload;
    if (!Value.Check(contract, data))
      throw new UnrecoverableError(`The payload of ${name} is not what it should be.`);
    return processors[name](data as JobPayload<Name>);
  }

  return {
    async ready(): Promise<void> {
      await Promise.all(workers.map((worker) => worker.waitUntilReady()));
    },
    async close(): Promise<void> {
      await Promise.allSettled(workers.map((worker) => worker.close()));
    },
  };
}

function report(message: { job: JobName; id: string | undefined; event: string; dueAt?: number }): void {
  if (jobs.hasSubscribers) jobs.publish(message);
}
