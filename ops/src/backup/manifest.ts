import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dump } from '@veogate/shared/db/dump';
import { Problem } from '../command.ts';

export const FORMAT = 1;
export const MANIFEST = 'manifest.json';
export const RING = 'ring.age';
export const TABLES = 'tables';
/** Shared by all backups of a folder: a stored file never changes. */
export const FILES = 'files';

export interface Manifest {
  format: number;
  dump: Dump;
  /** Files that rows speak of and that were not in the storage. */
  missingFiles: number;
  hasRing: boolean;
}

/** The backups of a folder, the oldest first. Those that broke off have no manifest, and are none. */
export async function listBackups(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory() && /^\d{4}-\d\d-\d\dT/.test(entry.name));
  const whole: string[] = [];
  for (const { name } of names)
    if (await readManifest(join(folder, name)).catch(() => null)) whole.push(name);
  return whole.sort();
}

export async function readManifest(backup: string): Promise<Manifest> {
  const text = await readFile(join(backup, MANIFEST), 'utf8').catch(() => {
    throw new Problem(`There is no backup in ${backup}.`);
  });
  const manifest = JSON.parse(text) as Manifest;
  if (manifest.format !== FORMAT)
    throw new Problem(`This backup has format ${manifest.format}, which this version does not read.`);
  return manifest;
}
