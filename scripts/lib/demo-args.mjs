// @ts-check
import { statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const KINDS = ['text_to_video', 'image_to_video', 'frames_to_video', 'ingredients_to_video', 'create_image'];

export const USAGE = `Makes one video (or image) and saves it in this folder.

  npm run demo -- "a paper boat in the rain" [options]

  --image <file>   an image to start from; a second one is where the video ends (give it up to five times)
  --kind <kind>    ${KINDS.slice(0, 3).join(', ')},
                   ${KINDS.slice(3).join(', ')}
                   (default: what fits the number of images)
  --out <file>     where to save it, also over an existing file (default: named after the prompt)
  --key <key>      id or label of the key to use (default: the demo key, else the first active one)
  --model <id>     (default: the first that fits the key and the kind)
  --help           this text

Where people have accounts (any profile but local) it speaks to the running service, with a token of yours in
VEOGATE_TOKEN.`;

/** What was typed cannot be carried out; the usage follows the message. Exit code 2. */
export class UsageError extends Error {}

/**
 * @typedef {object} DemoOptions
 * @property {string} prompt
 * @property {string} kind
 * @property {string[]} images absolute
 * @property {string | undefined} out absolute
 * @property {string | undefined} key
 * @property {string | undefined} model
 */

/**
 * @param {string[]} args
 * @param {string} folder relative file names start here
 * @returns {DemoOptions | undefined} undefined when help was asked for
 */
export function parseDemoArgs(args, folder) {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const prompt = positionals.join(' ').trim();
  if (prompt === '') throw new UsageError('Say what the video should show, in quotes.');
  const images = (values.image ?? []).map((file) => path.resolve(folder, file));
  for (const image of images) {
    if (!statSync(image, { throwIfNoEntry: false })?.isFile())
      throw new UsageError(`There is no image ${image}.`);
  }
  const kind =
    values.kind ??
    ['text_to_video', 'image_to_video', 'frames_to_video'][images.length] ??
    'ingredients_to_video';
  if (!KINDS.includes(kind))
    throw new UsageError(`There is no kind "${kind}". The kinds are: ${KINDS.join(', ')}.`);
  const out = values.out === undefined ? undefined : path.resolve(folder, values.out);
  if (out !== undefined) checkTarget(out);
  return { prompt, kind, images, out, key: values.key, model: values.model };
}

/** @param {string[]} args */
function parse(args) {
  const string = /** @type {const} */ ({ type: 'string' });
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        image: { type: 'string', multiple: true },
        kind: string,
        out: string,
        key: string,
        model: string,
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Better now than after the video is paid for. @param {string} out */
function checkTarget(out) {
  if (statSync(out, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`${out} is a folder; --out names a file.`);
  }
  const folder = path.dirname(out);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`There is no folder ${folder} to save into.`);
  }
}
