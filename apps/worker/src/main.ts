import { ConfigError } from '@veogate/shared/config/config-error';
import { createProcessors } from './processors/index.ts';
import { runWorkers } from './run-workers.ts';
import { scheduleJobs } from './schedules.ts';
import { createServices } from './services.ts';

/** Jobs that are still running after this are left to their leases. Milliseconds. */
const DRAIN_MS = 25_000;

try {
  const services = await createServices(process.env);
  const { log, db, queueBackend } = services;
  await db.$queryRaw`select 1`;
  const workers = runWorkers(services, createProcessors(services));
  await workers.ready();
  await scheduleJobs(services);
  await services.queues.add('sweep', {});
  log.info({ queue: queueBackend.kind, worker: services.worker }, 'worker ready');
  process.send?.({ event: 'ready' });

  let closing = false;
  const close = async (signal: string): Promise<void> => {
    if (closing) return;
    closing = true;
    log.info({ signal }, 'worker stops');
    setTimeout(() => process.exit(0), DRAIN_MS).unref();
    await workers.close();
    await services.close();
    process.exit(0);
  };
  process.once('SIGTERM', () => void close('SIGTERM'));
  process.once('SIGINT', () => void close('SIGINT'));
  // Whoever started this process is gone.
  process.once('disconnect', () => void close('disconnect'));
} catch (error) {
  const text = error instanceof ConfigError ? error.message : `The worker cannot start: ${String(error)}`;
  process.stderr.write(`${text}\n`);
  process.exit(1);
}
