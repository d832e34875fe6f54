import type { Services } from './services.ts';

const FILES_EVERY_MS = 5 * 60_000;
/** Sweeps between two times. */
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
    await queues.repeat('expire-files', FILES_EVERY_MS);
  };
  await say();
  const timer = setInterval(() => {
    say().catch((error: unknown) => log.warn({ err: error }, 'the schedules could not be said again'));
  }, config.SWEEP_INTERVAL_MS * SAID_AGAIN_EVERY);
  return () => clearInterval(timer);
}
