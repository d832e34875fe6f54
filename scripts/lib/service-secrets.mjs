// @ts-check
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { BUILT } from './paths.mjs';

/**
 * @typedef {object} ServiceSecrets
 * @property {string} publicRing a file, as are the next three
 * @property {string} privateRing
 * @property {string} fingerprint
 * @property {string} ownerToken
 * @property {string} token the owner token itself
 */

/**
 * The secrets of an installation that lives for one test or measurement, in files of the folder `secrets` in `folder`.
 * @param {string} folder
 * @returns {Promise<ServiceSecrets>}
 */
export async function makeServiceSecrets(folder) {
  const { generateRing } = await import(pathToFileURL(BUILT.ring).href);
  const { publicRing, privateRing } = await generateRing();
  const token = `vgo_${randomBytes(32).toString('base64url')}`;
  mkdirSync(path.join(folder, 'secrets'));
  const write = (/** @type {string} */ name, /** @type {string} */ text) => {
    const file = path.join(folder, 'secrets', name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };
  return {
    publicRing: write('vault-public.json', JSON.stringify(publicRing)),
    privateRing: write('vault-private.json', JSON.stringify(privateRing)),
    fingerprint: write('fingerprint.key', randomBytes(32).toString('base64')),
    ownerToken: write('owner-token', token),
    token,
  };
}
