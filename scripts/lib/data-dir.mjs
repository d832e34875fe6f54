// @ts-check
import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { privateFolder } from './files.mjs';
import { codeOf, Problem } from './problem.mjs';

/**
 * Where everything that Veogate keeps on this machine stands.
 * @param {string} root DATA_DIR, absolute
 */
export function dataPaths(root) {
  const secrets = path.join(root, 'secrets');
  return {
    root,
    postgres: path.join(root, 'postgres'),
    storage: path.join(root, 'storage'),
    logs: path.join(root, 'logs'),
    secrets,
    workerSecrets: path.join(secrets, 'worker'),
    ownerToken: path.join(root, 'owner-token'),
    runFile: path.join(root, 'run.json'),
    state: path.join(root, 'state.json'),
    simulatorState: path.join(root, 'simulator.jsonl'),
  };
}

/** @typedef {ReturnType<typeof dataPaths>} DataPaths */

/**
 * Makes the data folder and the folders in it, or says why it cannot.
 * @param {DataPaths} paths
 */
export function prepareDataDir(paths) {
  try {
    mkdirSync(paths.root, { recursive: true, mode: 0o700 });
    accessSync(paths.root, constants.W_OK | constants.X_OK);
    for (const folder of [paths.secrets, paths.workerSecrets, paths.logs, paths.storage])
      privateFolder(folder);
  } catch (error) {
    const owner = statSync(paths.root, { throwIfNoEntry: false })?.uid;
    const foreign =
      codeOf(error) === 'EPERM' && owner !== process.getuid?.() ? ', it belongs to another user' : '';
    throw new Problem(
      `Veogate cannot write to its data folder ${paths.root} (${REASONS[codeOf(error) ?? ''] ?? codeOf(error)}${foreign}). ` +
        'Let this user write there, or choose another folder: DATA_DIR=/path/to/folder npm start',
    );
  }
}

/** @type {Record<string, string>} */
const REASONS = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'part of that path is a file, not a folder',
  EEXIST: 'there is a file of that name',
  ENOENT: 'no folder can be made there',
};
