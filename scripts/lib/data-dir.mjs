// @ts-check
import { accessSync, constants, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
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
    claimCode: path.join(secrets, 'claim-code'),
    ownerToken: path.join(root, 'owner-token'),
    runFile: path.join(root, 'run.json'),
    state: path.join(root, 'state.json'),
    simulatorState: path.join(root, 'simulator.jsonl'),
    simulatorUrl: path.join(root, 'simulator-url'),
  };
}

/** @typedef {ReturnType<typeof dataPaths>} DataPaths */

/**
 * Makes the data folder and the folders in it, or says why it cannot.
 * @param {DataPaths} paths
 */
export function prepareDataDir(paths) {
  try {
    makeFolders(paths.root);
    readdirSync(paths.root);
    accessSync(paths.root, constants.W_OK | constants.X_OK);
    for (const folder of [paths.secrets, paths.workerSecrets, paths.logs, paths.storage])
      privateFolder(folder);
  } catch (error) {
    const foreign = codeOf(error) === 'EPERM' && !isOwn(paths.root) ? ', it belongs to another user' : '';
    throw new Problem(
      `Veogate cannot write to its data folder ${paths.root} (${REASONS[codeOf(error) ?? ''] ?? codeOf(error)}${foreign}). ` +
        'Let this user write there, or choose another folder: DATA_DIR=/path/to/folder npm start',
    );
  }
}

/** One by one: where a folder can never be made, as in /proc, Node's `recursive` tries for ever. @param {string} folder */
function makeFolders(folder) {
  if (existsSync(folder)) return;
  makeFolders(path.dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
}

/** @param {string} folder */
function isOwn(folder) {
  try {
    return statSync(folder).uid === process.getuid?.();
  } catch {
    return false;
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
