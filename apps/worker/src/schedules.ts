import type { Services } from './services.ts';

/** Sweeps between two sweeps of files, two seals of the audit log, two counts of usage, two looks for what is overdue, and two times that the schedules are said. */
const FILES_EVERY = 4;
const SEALS_EVERY = 4;
const COUNTS_EVERY = 4;
const REMINDERS_EVERY = 20;
const SAID_AGAIN_EVERY = 4;

/**
 * The jobs that come back by themselves; once for all workers together. A queue that is wiped forgets them too, so
 * they are said again every so often.
 *
 * @returns ends the saying; the jobs go on
 */
export async function scheduleJobs({ queues, config, log }: Services): Promise<() => void> {
  const say = async (): Promise<void> => {
    await queues.repeat('sweep', config.SWEEP_INTERVAL_MS);
    await queues.repeat('expire-files', config.SWEEP_INTERVAL_MS * FILES_EVERY);
    await queues.repeat('check-flags', config.FLAGS_INTERVAL_MS);
    await queues.repeat('seal-audit', config.SWEEP_INTERVAL_MS * SEALS_EVERY);
    await queues.repeat('remind-checklist', config.SWEEP_INTERVAL_MS * REMINDERS_EVERY);
    await queues.repeat('roll-up-usage', config.SWEEP_INTERVAL_MS * COUNTS_EVERY);
  };
  await say();
  const timer = setInterval(() => {
    say().catch((error: unknown) => log.warn({ err: error }, 'the schedules could not be said again'));
  }, config.SWEEP_INTERVAL_MS * SAID_AGAIN_EVERY);
  return () => clearInterval(timer);
}
