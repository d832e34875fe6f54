import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '@veogate/shared/config/config-error';
import type { AcceptedWork } from '@veogate/shared/db/operation-repo';
import { reached } from './steps.ts';

/** An entry that is not finished after so long has no writer any more. Milliseconds. */
const ABANDONED_AFTER_MS = 10_000;

/**
 * Keeps operation ids on the local disk while Postgres is away: a provider bills for each, so none may be lost.
 *
 * Throws a ConfigError where the folder cannot be written to for good: a worker without its journal must not submit.
 *
 * @param folder made where it is missing; workers on one disk may share it
 */
export async function openJournal(folder: string) {
  await prove(folder);

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
      let kept = 0;
      for (const name of await readdir(folder)) {
        const path = join(folder, name);
        const work = name.endsWith('.part') ? await takeUp(path) : await readEntry(path);
        // Another worker was here first, its writer is still at it, or it broke off.
        if (!work) continue;
        await keep(work);
        await rm(path, { force: true });
        kept += 1;
      }
      return kept;
    },
  };
}

async function readEntry(path: string): Promise<AcceptedWork | null> {
  if (!path.endsWith('.json')) return null;
  const text = await readFile(path, 'utf8').catch(nullIfGone);
  return text === null ? null : (JSON.parse(text) as AcceptedWork);
}

/**
 * An entry whose writer died over it: its ids may be all there. One that broke off is dropped; a writer that lives
 * after all finds its file gone, and writes it again.
 */
async function takeUp(path: string): Promise<AcceptedWork | null> {
  const info = await stat(path).catch(nullIfGone);
  if (!info || Date.now() - info.mtimeMs < ABANDONED_AFTER_MS) return null;
  const text = await readFile(path, 'utf8').catch(nullIfGone);
  if (text === null) return null;
  try {
    return JSON.parse(text) as AcceptedWork;
  } catch {
    await rm(path, { force: true });
    return null;
  }
}

/** Writes, syncs and removes an entry, as an earnest one is written. */
async function prove(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const name = `probe.${randomUUID()}`;
    // Empty, so that one which is left behind is not taken for ids.
    await writeDurably(folder, name, '', '.probe');
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
