// @ts-check
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { Problem } from './problem.mjs';

/**
 * Writes a private file (0600) so that a crash leaves either the old contents or the new ones, never a part.
 * @param {string} file
 * @param {string} contents
 */
export function writePrivate(file, contents) {
  const draft = `${file}.${process.pid}.tmp`;
  rmSync(draft, { force: true });
  const fd = openSync(draft, 'wx', 0o600);
  try {
    writeSync(fd, contents);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(draft, file);
  syncFolder(path.dirname(file));
}

/**
 * The contents of a secret file, which is made at the first call and never replaced.
 * @param {string} file
 * @param {() => string} make
 */
export function readOrCreate(file, make) {
  if (!existsSync(file)) writePrivate(file, `${make()}\n`);
  return readSecret(file);
}

/** @param {string} file a secret file that must exist */
function readSecret(file) {
  chmodSync(file, 0o600);
  const text = readFileSync(file, 'utf8').trim();
  if (text !== '') return text;
  throw new Problem(
    `The secret file ${file} is empty. Put it back from a backup, or delete it to have a new one made.`,
  );
}

/** @param {string} folder made, or brought back, to be for its owner only */
export function privateFolder(folder) {
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
  chmodSync(folder, 0o700);
}

/** Makes a rename inside the folder survive a power cut. @param {string} folder */
function syncFolder(folder) {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
