import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@veogate/shared/db/client';
import { createSibling, dropSibling, dumpDatabase, loadDump } from '@veogate/shared/db/dump';
import { migrate } from '@veogate/shared/db/migrate';

/** What a restore into a database beside the real one came to. */
export interface RestoreMeasured {
  backupMs: number;
  restoreMs: number;
  generations: number;
  isSame: boolean;
}

/** Writes the tables out, reads them into an empty database beside this one, compares, and removes it again. */
export async function drillRestore(url: string): Promise<RestoreMeasured> {
  const folder = await mkdtemp(join(tmpdir(), 'veogate-drill-'));
  const name = `veogate_drill_${randomBytes(4).toString('hex')}`;
  let sibling: string | null = null;
  try {
    const begin = Date.now();
    const dump = await dumpDatabase(url, folder);
    const backupMs = Date.now() - begin;
    const restoreBegin = Date.now();
    sibling = await createSibling(url, name);
    await migrate({ url: sibling, only: dump.migrations });
    await loadDump(sibling, dump, folder, 0n);
    const restoreMs = Date.now() - restoreBegin;
    const [there, here] = [await count(sibling), await count(url)];
    return { backupMs, restoreMs, generations: there.generations, isSame: there.users === here.users };
  } finally {
    if (sibling) await dropSibling(url, name);
    await rm(folder, { recursive: true, force: true });
  }
}

async function count(url: string): Promise<{ users: number; generations: number }> {
  const db = openDatabase({ url, max: 1 });
  try {
    return { users: await db.user.count(), generations: await db.generation.count() };
  } finally {
    await db.$disconnect();
  }
}
