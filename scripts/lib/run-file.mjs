// @ts-check
import { linkSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { writePrivate } from './files.mjs';
import { codeOf, Problem } from './problem.mjs';
import { commandOf } from './process-info.mjs';

/** @typedef {{ pid: number, url: string, startedAt: string }} Run */

/**
 * Takes the data folder for this process, so that two servers never share one.
 * @param {string} file DATA_DIR/run.json
 * @param {string} url
 * @returns {() => void} gives it back
 */
export function claimDataDir(file, url) {
  const run = { pid: process.pid, url, startedAt: new Date().toISOString() };
  const draft = `${file}.${process.pid}`;
  writePrivate(draft, `${JSON.stringify(run)}\n`);
  try {
    // A link, unlike a rename, fails when the other file exists: of two that start at once, one gets it.
    while (!tryLink(draft, file)) {
      refuseIfLive(file);
      removeStale(file);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return () => {
    if (readRun(file)?.pid === process.pid) rmSync(file, { force: true });
  };
}

/** @param {string} file refuses, with a sentence, when another live server holds it */
export function refuseIfLive(file) {
  const run = liveRun(file);
  if (!run) return;
  throw new Problem(
    `Veogate is already running with this data folder, at ${run.url} (process ${run.pid}). ` +
      'Use that one, stop it with Ctrl-C, or start a second one with its own: PORT=8081 DATA_DIR=./.data-2 npm start',
  );
}

/**
 * The server that runs with this data folder now, if there is one.
 * @param {string} file
 * @returns {Run | undefined}
 */
export function liveRun(file) {
  const run = readRun(file);
  if (!run || run.pid === process.pid) return undefined;
  // The number alone proves nothing: after a crash another program may have been given it.
  return /\bstart\.mjs\b/.test(commandOf(run.pid)) ? run : undefined;
}

/** @param {string} file @returns {Run | undefined} */
function readRun(file) {
  try {
    const { pid, url, startedAt } = JSON.parse(readFileSync(file, 'utf8'));
    return Number.isInteger(pid) && pid > 0
      ? { pid, url: String(url), startedAt: String(startedAt) }
      : undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} from @param {string} to */
function tryLink(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string} file */
function removeStale(file) {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  // Between the look and the rename another start may have taken it: then this was theirs, and goes back.
  if (liveRun(aside)) tryLink(aside, file);
  rmSync(aside, { force: true });
}
