import type { Database } from '@veogate/shared/db/client';
import { listBlockedNetworks } from '@veogate/shared/db/violation-repo';
import type { Logger } from 'pino';

/** What another process blocked or let in holds here after so long. Milliseconds. */
const FRESH_MS = 5_000;

/** The networks that are turned away, read anew every few seconds at the most. */
export function createBlockedNetworks(db: Database, log: Pick<Logger, 'warn'>) {
  let until = new Map<string, number>();
  let readAt = 0;
  let reading: Promise<void> | null = null;
  /** Grows with every change here: what was read before it is not believed any more. */
  let version = 0;

  async function read(): Promise<void> {
    const readVersion = version;
    try {
      const blocked = await listBlockedNetworks(db);
      if (readVersion !== version) return;
      until = new Map(blocked.map((row) => [row.network, row.until.getTime()]));
    } catch (error) {
      // What is known goes on to hold; whoever needs the database hears of it anyway.
      log.warn({ err: error }, 'the networks to turn away could not be read');
    }
    if (readVersion !== version) return;
    readAt = Date.now();
    reading = null;
  }

  return {
    /** For how long a network is still turned away. Milliseconds; 0: it is not. */
    async remainingMs(network: string): Promise<number> {
      if (Date.now() - readAt > FRESH_MS) {
        reading ??= read();
        await reading;
      }
      return Math.max(0, (until.get(network) ?? 0) - Date.now());
    },

    /** What was changed here holds at once. */
    refresh(): void {
      version += 1;
      readAt = 0;
      reading = null;
    },
  };
}
