import { ConfigError } from '@veogate/shared/config/config-error';
import { apiEnv } from '@veogate/shared/config/fragments';
import { readEnv } from '@veogate/shared/config/read-env';
import { ensureLocalOwner } from '@veogate/shared/db/user-repo';
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
  log.info({ addresses: app.addresses() }, 'api ready');
  process.send?.({ event: 'ready' });

  let closing = false;
  const close = async (signal: string): Promise<void> => {
    if (closing) return;
    closing = true;
    log.info({ signal }, 'api stops');
    setTimeout(() => process.exit(0), DRAIN_MS).unref();
    setTimeout(() => app.server.closeAllConnections(), GRACE_MS).unref();
    await app.close();
    await services.close();
    process.exit(0);
  };
  process.once('SIGTERM', () => void close('SIGTERM'));
  process.once('SIGINT', () => void close('SIGINT'));
  // Whoever started this process is gone.
  process.once('disconnect', () => void close('disconnect'));
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
