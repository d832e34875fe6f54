import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AcceptedWork } from '@veogate/shared/db/operation-repo';

/**
 * Keeps operation ids on the local disk while Postgres is away: a provider bills for each, so none may be lost.
 *
 * @param folder made where it is missing; workers on one disk may share it
 */
export async function openJournal(folder: string) {
  await mkdir(folder, { recursive: true, mode: 0o700 });

  async function sync(path: string): Promise<void> {
    const handle = await open(path, 'r');
    await handle.sync().finally(() => handle.close());
  }

  return {
    /** Resolves once the work would survive a power cut. */
    async write(work: AcceptedWork): Promise<void> {
      const name = `${work.generationId}.${randomUUID()}`;
      const partial = join(folder, `${name}.part`);
      const handle = await open(partial, 'w', 0o600);
      try {
        await handle.writeFile(JSON.stringify(work));
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(partial, join(folder, `${name}.json`));
      await sync(folder);
    },

    /**
     * Hands every entry to `keep`, and forgets those that it kept. Returns how many. Two workers may hand on the same
     * one, which `keep` must bear.
     */
    async replay(keep: (work: AcceptedWork) => Promise<void>): Promise<number> {
      const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
      let kept = 0;
      for (const name of names) {
        const path = join(folder, name);
        const text = await readFile(path, 'utf8').catch(nullIfGone);
        // Another worker was here first.
        if (text === null) continue;
        await keep(JSON.parse(text) as AcceptedWork);
        await rm(path, { force: true });
        kept += 1;
      }
      return kept;
    },
  };
}

function nullIfGone(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
}
