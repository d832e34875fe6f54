// @ts-check
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Problem } from './problem.mjs';

/**
 * Postgres refuses to run as root, so root lends it another user of the operating system.
 * @typedef {{ uid: number, gid: number }} ServerUser
 */

/**
 * @param {string} [dir] the database's folder, which may not exist yet
 * @returns {ServerUser | undefined} undefined when this process is not root and runs the server as itself
 */
export function findServerUser(dir) {
  if (process.getuid?.() !== 0) return undefined;
  const owner = dir === undefined ? undefined : statSync(dir, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const user = lookUp() ?? create();
  // A folder that was restored from a backup by root belongs to root.
  if (dir && owner) spawnSync('chown', ['-R', `${user.uid}:${user.gid}`, dir]);
  return user;
}

/**
 * Makes sure that the server's user can enter a folder, and says which folder on the way is closed if not.
 * @param {ServerUser | undefined} user
 * @param {string} folder
 * @param {{ what: string, mend: string, own?: string }} about `own`: a folder of ours, which may be opened to that user
 */
export function letEnter(user, folder, { what, mend, own }) {
  if (!user || canEnter(user, folder)) return;
  if (own && canEnter(user, path.dirname(own))) {
    // Only the way through: everything in it keeps its own, private mode.
    chownSync(own, statSync(own).uid, user.gid);
    chmodSync(own, (statSync(own).mode & 0o700) | 0o010);
    if (canEnter(user, folder)) return;
  }
  const closed = ancestors(folder).find((candidate) => existsSync(candidate) && !canEnter(user, candidate));
  throw new Problem(
    `Postgres does not run as root, and the user it runs as ("${nameOf(user.uid)}") cannot enter the folder ${closed ?? folder}, ` +
      `where ${what}. ${mend}, or start Veogate as an ordinary user.`,
  );
}

/** A folder for temporary files that the server's user can enter too, whatever this user's own one is. */
export function sharedTempDir() {
  const user = findServerUser();
  const candidates = [tmpdir(), '/tmp', '/var/tmp'];
  return candidates.find((folder) => !user || canEnter(user, folder)) ?? tmpdir();
}

/** @param {ServerUser} user @param {string} folder */
function canEnter(user, folder) {
  return spawnSync('/bin/sh', ['-c', 'test -x "$1"', 'sh', folder], { ...user, cwd: '/' }).status === 0;
}

/** @param {string} folder @returns {string[]} from the root of the disk down to the folder */
function ancestors(folder) {
  const parent = path.dirname(folder);
  return parent === folder ? [folder] : [...ancestors(parent), folder];
}

/** @returns {ServerUser | undefined} */
function lookUp() {
  const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  if (uid?.status !== 0 || gid?.status !== 0) return undefined;
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

/** @returns {ServerUser} */
function create() {
  spawnSync('groupadd', ['--system', 'postgres']);
  const made = spawnSync(
    'useradd',
    [
      '--system',
      '--gid',
      'postgres',
      '--no-create-home',
      '--home-dir',
      '/nonexistent',
      '--shell',
      '/usr/sbin/nologin',
      'postgres',
    ],
    { encoding: 'utf8' },
  );
  const user = lookUp();
  if (user) return user;
  throw new Problem(
    'Postgres does not run as root, and no user "postgres" could be made for it ' +
      `(${made.error?.message ?? made.stderr?.trim()}). Start Veogate as an ordinary user.`,
  );
}

/** @param {number} uid */
function nameOf(uid) {
  return spawnSync('id', ['-nu', String(uid)], { encoding: 'utf8' }).stdout?.trim() || String(uid);
}
