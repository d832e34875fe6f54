import type { Services } from './services.ts';

const FILES_EVERY_MS = 5 * 60_000;

/** The jobs that come back by themselves; once for all workers together. */
export async function scheduleJobs({ queues, config }: Services): Promise<void> {
  await queues.repeat('sweep', config.SWEEP_INTERVAL_MS);
  await queues.repeat('expire-files', FILES_EVERY_MS);
}
