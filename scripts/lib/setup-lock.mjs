// @ts-check
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ROOT } from './paths.mjs';
import { codeOf } from './problem.mjs';
import { isAlive } from './process-info.mjs';

/**
 * Lets one process at a time install and build this checkout: two servers of one checkout may be started at
 * the same moment.
 * @template T
 * @param {{ onWait: () => void, signal?: AbortSignal | undefined }} options
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withSetupLock({ onWait, signal }, work) {
  const id = createHash('sha256').update(ROOT).digest('hex').slice(0, 16);
  const file = path.join(tmpdir(), `veogate-setup-${process.getuid?.() ?? 0}-${id}.lock`);
  for (let waits = 0; !take(file); waits += 1) {
    if (waits === 0) onWait();
    await delay(300, undefined, { signal });
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** @param {string} file */
function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  const holder = Number(readIfThere(file));
  // An empty file belongs to someone who is writing their number at this moment.
  if (holder > 0 && !isAlive(holder)) rmSync(file, { force: true });
  return false;
}

/** @param {string} file */
function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
