import type { Logger } from '../logging/create-logger.ts';

/**
 * Ends this process in order, once: on SIGTERM, on SIGINT, or when whoever started it is gone.
 *
 * @param options.deadlineMs the process ends after so long, whatever still runs. Milliseconds
 * @param options.close what is to be done before the end
 */
export function stopOnSignal(options: { log: Logger; deadlineMs: number; close: () => Promise<void> }): void {
  const { log, deadlineMs, close } = options;
  let closing = false;
  const stop = async (signal: string): Promise<void> => {
    if (closing) return;
    closing = true;
    log.info({ signal }, 'stopping');
    const late = setTimeout(() => {
      log.warn({ deadlineMs }, 'stopped with work left over');
      process.exit(0);
    }, deadlineMs);
    late.unref();
    await close().catch((error: unknown) => log.error({ err: error }, 'could not close everything'));
    log.info('stopped');
    process.exit(0);
  };
  process.once('SIGTERM', () => void stop('SIGTERM'));
  process.once('SIGINT', () => void stop('SIGINT'));
  process.once('disconnect', () => void stop('disconnect'));
}
