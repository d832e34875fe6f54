// @ts-check
import { closeSync, createWriteStream, openSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { codeOf, Problem } from './problem.mjs';

const EXTENSIONS = /** @type {Record<string, string>} */ ({
  'video/mp4': 'mp4',
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
});

/**
 * Saves an output, completely or not at all.
 * @param {Response} response
 * @param {{ out: string | undefined, folder: string, prompt: string, output: { mime_type: string, byte_size: number } }} options
 * @returns {Promise<{ file: string, bytes: number }>}
 */
export async function saveOutput(response, { out, folder, prompt, output }) {
  const file = out ?? reserve(folder, slugOf(prompt), EXTENSIONS[output.mime_type] ?? 'bin');
  const draft = `${file}.part`;
  try {
    if (!response.body) throw new Problem('The server sent no file.');
    await pipeline(Readable.fromWeb(/** @type {any} */ (response.body)), createWriteStream(draft));
    const { size } = statSync(draft);
    if (size !== output.byte_size)
      throw new Problem(`The file arrived with ${size} of its ${output.byte_size} bytes. Try again.`);
    renameSync(draft, file);
    return { file, bytes: size };
  } catch (error) {
    rmSync(draft, { force: true });
    if (out === undefined) rmSync(file, { force: true });
    throw error;
  }
}

/** @param {string} prompt @returns {string} its words, fit for a file name */
function slugOf(prompt) {
  const words = prompt.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const slug = words.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '');
  return [...slug].slice(0, 60).join('').replace(/-$/, '') || 'video';
}

/** Takes the first name that is free, so that two at once do not get the same. @param {string} folder @param {string} name @param {string} extension */
function reserve(folder, name, extension) {
  for (let n = 1; ; n += 1) {
    const file = path.join(folder, `${name}${n === 1 ? '' : `-${n}`}.${extension}`);
    try {
      closeSync(openSync(file, 'wx'));
      return file;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST')
        throw new Problem(`Nothing can be saved in ${folder} (${codeOf(error)}). Choose a place with --out.`);
    }
  }
}
