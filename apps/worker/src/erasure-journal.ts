import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ERASURE_JOURNAL, listErasures } from '@veogate/shared/db/erasure-repo';
import type { Services } from './services.ts';

type Needs = Pick<Services, 'db'> & { config: Pick<Services['config'], 'DATA_DIR'> };

/**
 * Keeps a journal of what was taken away for good, as lines of JSON in DATA_DIR: erased keys, revoked tokens, deleted
 * accounts and generations. Each worker's file is whole by itself, and goes on from its own last line.
 */
export function createErasureJournal({ db, config }: Needs) {
  const path = join(config.DATA_DIR, ERASURE_JOURNAL);

  return async (): Promise<number> => {
    let written = 0;
    for (;;) {
      const text = await readFile(path, 'utf8').catch(() => '');
      const erasures = await listErasures(db, nextAfter(text));
      if (erasures.length === 0) return written;
      const lines = erasures.map((erasure) => `${JSON.stringify(erasure)}\n`).join('');
      const handle = await open(path, 'a', 0o600);
      try {
        // A line that broke off must not spoil the next.
        await handle.write(text === '' || text.endsWith('\n') ? lines : `\n${lines}`);
        await handle.sync();
      } finally {
        await handle.close();
      }
      written += erasures.length;
    }
  };
}

/** The ticket after the last whole line. */
function nextAfter(text: string): bigint {
  for (const line of text.trimEnd().split('\n').reverse()) {
    try {
      const { ticket } = JSON.parse(line) as { ticket: string };
      return BigInt(ticket) + 1n;
    } catch {
      // Broken off: it is written again.
    }
  }
  return 0n;
}
