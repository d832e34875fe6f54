import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '@veogate/shared/config/config-error';
import type { AcceptedWork } from '@veogate/shared/db/operation-repo';
import { reached } from './steps.ts';

/** A half-written entry that is older has no writer any more. Milliseconds. */
const ABANDONED_AFTER_MS = 3_600_000;

/**
 * Keeps operation ids on the local disk while Postgres is away: a provider bills for each, so none may be lost.
 *
 * Throws a ConfigError where the folder cannot be written to for good: a worker without its journal must not submit.
 *
 * @param folder made where it is missing; workers on one disk may share it
 */
export async function openJournal(folder: string) {
  await prove(folder);
  for (const name of (await readdir(folder)).filter((entry) => entry.endsWith('.part'))) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > ABANDONED_AFTER_MS) await rm(path, { force: true });
  }

  return {
    /** Resolves once the work would survive a power cut. */
    async write(work: AcceptedWork): Promise<void> {
      await writeDurably(folder, `${work.generationId}.${randomUUID()}`, JSON.stringify(work));
      reached('journal.written', work.generationId);
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

/** Writes, syncs and removes an entry, as an earnest one is written. */
async function prove(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const name = `probe.${randomUUID()}`;
    await writeDurably(folder, name, '{}', '.probe');
    await rm(join(folder, `${name}.probe`));
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new ConfigError([
      `JOURNAL_DIR: what a provider accepted must survive a power cut, and nothing can be written for good to ${folder} (${code}).`,
    ]);
  }
}

async function writeDurably(folder: string, name: string, text: string, ending = '.json'): Promise<void> {
  const partial = join(folder, `${name}.part`);
  try {
    const handle = await open(partial, 'w', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, join(folder, `${name}${ending}`));
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  await handle.sync().finally(() => handle.close());
}

function nullIfGone(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
}
