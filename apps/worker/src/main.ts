import { ConfigError } from '@veogate/shared/config/config-error';
import { createEventListener } from '@veogate/shared/events/channel';
import { stopOnSignal } from '@veogate/shared/process/stop-on-signal';
import { serveMetrics } from '@veogate/shared/watching/metrics';
import { createObeyLockdown } from './obey-lockdown.ts';
import { createProcessors } from './processors/index.ts';
import { runWorkers } from './run-workers.ts';
import { scheduleJobs } from './schedules.ts';
import { createServices } from './services.ts';

/** A submit that is not answered by then is given up, with its outcome unknown and on record. Milliseconds. */
const GIVE_UP_CALLS_MS = 22_000;
/** Whatever still runs after this is left to its lease. Milliseconds; less than the 30 s that a host waits. */
const DRAIN_MS = 27_000;

try {
  const services = await createServices(process.env);
  const { log, db, queueBackend, stopping, givingUp } = services;
  await db.$queryRaw`select 1`;
  const workers = runWorkers(services, createProcessors(services));
  await workers.ready();
  const endSchedules = await scheduleJobs(services);
  const obey = createObeyLockdown(services);
  // Who can open keys does not wait for a sweep, which another process may make.
  const listener = createEventListener(services.directUrl, (changes) => {
    if (changes && !changes.service.includes('lockdown')) return;
    obey().catch((error: unknown) => log.warn({ err: error }, 'the mode could not be read'));
  });
  await listener.start();
  const { WORKER_METRICS_PORT: port, METRICS_HOST: host } = services.config;
  const endMetrics = port === undefined ? null : await serveMetrics(services.metrics, { host, port });
  await services.queues.add('sweep', {});
  log.info({ queue: queueBackend.kind, worker: services.worker }, 'worker ready');
  process.send?.({ event: 'ready' });

  stopOnSignal({
    log,
    deadlineMs: DRAIN_MS,
    close: async () => {
      stopping.abort();
      endSchedules();
      setTimeout(() => givingUp.abort(), GIVE_UP_CALLS_MS).unref();
      await listener.close();
      await workers.close();
      await endMetrics?.();
      await services.close();
    },
  });
} catch (error) {
  const text = error instanceof ConfigError ? error.message : `The worker cannot start: ${String(error)}`;
  process.stderr.write(`${text}\n`);
  process.exit(1);
}
