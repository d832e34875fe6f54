import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError } from '@veogate/shared/config/config-error';
import { apiEnv } from '@veogate/shared/config/fragments';
import { readEnv } from '@veogate/shared/config/read-env';
import { ensureLocalOwner } from '@veogate/shared/db/user-repo';
import { stopOnSignal } from '@veogate/shared/process/stop-on-signal';
import { serveMetrics } from '@veogate/shared/watching/metrics';
import { buildApp } from './app.ts';
import { listUnsafe } from './refuse-unsafe.ts';
import { createServices } from './services.ts';
import { keepFresh } from './tls/keep-fresh.ts';

/** Requests that are still open after this are cut off; event streams would stay open for ever. Milliseconds. */
const GRACE_MS = 3_000;
/** Whatever still hangs after this is left behind. Milliseconds. */
const DRAIN_MS = 7_000;

try {
  // Before anything is opened.
  const unsafe = listUnsafe(readEnv(apiEnv, process.env));
  if (unsafe.length > 0) throw new ConfigError(unsafe);
  const services = await createServices(process.env);
  const { config, log, db, listener } = services;
  if (config.ACCESS_PROFILE === 'local') await ensureLocalOwner(db);
  const app = await buildApp(services);
  await listener.start();
  await app.listen({ host: config.HOST, port: config.PORT });
  keepFresh(app.server, services);
  const { API_METRICS_PORT: port, METRICS_HOST: host } = config;
  const { metrics, refreshMetrics: refresh } = services;
  const endMetrics = port === undefined ? null : await serveMetrics(metrics, { host, port, refresh });
  log.info({ addresses: app.addresses() }, 'api ready');
  process.send?.({ event: 'ready' });

  const drainMs = (config.DRAIN_SECONDS ?? (config.ACCESS_PROFILE === 'local' ? 0 : 3)) * 1_000;
  stopOnSignal({
    log,
    deadlineMs: drainMs + DRAIN_MS,
    close: async () => {
      // First of all /readyz says so: who spreads the requests sends no more, while what still comes is answered.
      services.stopping.abort();
      await sleep(drainMs);
      setTimeout(() => app.server.closeAllConnections(), GRACE_MS).unref();
      await app.close();
      await endMetrics?.();
      await services.close();
    },
  });
} catch (error) {
  process.stderr.write(`${toSentence(error)}\n`);
  process.exit(1);
}

function toSentence(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  const { code, port, message } = error as { code?: string; port?: number; message?: string };
  if (code === 'EADDRINUSE')
    return `Port ${port} is in use. Stop what uses it, or choose another one with PORT.`;
  return `The API cannot start: ${message ?? String(error)}`;
}
