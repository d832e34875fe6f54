// @ts-check
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { readOrCreate, writePrivate } from './files.mjs';
import { BUILT } from './paths.mjs';
import { Problem } from './problem.mjs';

/**
 * @typedef {object} Secrets
 * @property {string} publicRing a file, as are the next two
 * @property {string} privateRing
 * @property {string} fingerprintKey
 * @property {string | undefined} ownerToken in profile `local`: the token itself
 * @property {string | undefined} claimCodeFile elsewhere, where no other code is set
 */

/**
 * The secrets of one installation. Each is made once and never replaced.
 * @param {import('./data-dir.mjs').DataPaths} paths
 * @param {import('./settings.mjs').Settings} settings
 * @returns {Promise<Secrets>}
 */
export async function prepareSecrets(paths, { isLocal, env }) {
  const ring = await prepareRing(paths);
  const fingerprintKey = fingerprintKeyOf(paths);
  readOrCreate(fingerprintKey, () => randomBytes(32).toString('base64'));
  const makeToken = () => `vgo_${randomBytes(32).toString('base64url')}`;
  const makesCode = !isLocal && !env['CLAIM_CODE'] && !env['CLAIM_CODE_FILE'];
  return {
    ...ring,
    fingerprintKey,
    ownerToken: isLocal ? readOrCreate(paths.ownerToken, makeToken) : undefined,
    claimCodeFile: makesCode ? await prepareClaimCode(paths) : undefined,
  };
}

/** What makes whoever enters it the first administrator. @param {import('./data-dir.mjs').DataPaths} paths */
async function prepareClaimCode({ claimCode }) {
  const { newClaimCode } = await import(pathToFileURL(BUILT.claimCode).href);
  readOrCreate(claimCode, newClaimCode);
  return claimCode;
}

/**
 * The passwords of the embedded database's two login roles.
 * @param {import('./data-dir.mjs').DataPaths} paths
 */
export function preparePasswords(paths) {
  const ownerFile = path.join(paths.secrets, 'postgres-owner-password');
  if (existsSync(paths.postgres) && !existsSync(ownerFile)) {
    throw new Problem(
      `There is a database in ${paths.postgres}, but the file with its password is missing: ${ownerFile}. ` +
        'Put it back from a backup, or choose another data folder with DATA_DIR.',
    );
  }
  const make = () => randomBytes(24).toString('base64url');
  return {
    owner: readOrCreate(ownerFile, make),
    app: readOrCreate(path.join(paths.secrets, 'postgres-app-password'), make),
  };
}

/**
 * The key ring in its two files. Both halves are written to one draft first, so that a crash between the two
 * files leaves enough to finish with.
 * @param {import('./data-dir.mjs').DataPaths} paths
 */
async function prepareRing(paths) {
  const { publicRing, privateRing } = ringFilesOf(paths);
  const draft = path.join(paths.workerSecrets, 'vault-draft.json');
  if (!existsSync(publicRing) && !existsSync(privateRing) && !existsSync(draft)) {
    const { generateRing } = await import(pathToFileURL(BUILT.ring).href);
    writePrivate(draft, JSON.stringify(await generateRing()));
  }
  if (existsSync(draft)) {
    const halves = JSON.parse(readFileSync(draft, 'utf8'));
    if (!existsSync(privateRing))
      writePrivate(privateRing, `${JSON.stringify(halves.privateRing, null, 2)}\n`);
    if (!existsSync(publicRing)) writePrivate(publicRing, `${JSON.stringify(halves.publicRing, null, 2)}\n`);
    rmSync(draft);
  }
  for (const file of [publicRing, privateRing]) {
    if (existsSync(file)) continue;
    throw new Problem(
      `The key ring file ${file} is missing, and the saved keys cannot be used without it. ` +
        'Put it back from a backup, or choose another data folder with DATA_DIR.',
    );
  }
  return { publicRing, privateRing };
}

/** Where the two halves of the key ring stand. @param {import('./data-dir.mjs').DataPaths} paths */
export function ringFilesOf({ secrets, workerSecrets }) {
  return {
    publicRing: path.join(secrets, 'vault-public.json'),
    privateRing: path.join(workerSecrets, 'vault-private.json'),
  };
}

/** The worker's key that equal keys are recognised by, and that the audit log is sealed with. @param {import('./data-dir.mjs').DataPaths} paths */
export function fingerprintKeyOf({ workerSecrets }) {
  return path.join(workerSecrets, 'fingerprint.key');
}
