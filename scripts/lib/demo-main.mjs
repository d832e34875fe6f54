// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createApiClient } from './api-client.mjs';
import { dataPaths } from './data-dir.mjs';
import { parseDemoArgs, USAGE, UsageError } from './demo-args.mjs';
import { begin, chooseKey, chooseModel, untilEnded, upload } from './demo-generate.mjs';
import { saveOutput } from './demo-save.mjs';
import { findOrStartServer, reachServer } from './demo-server.mjs';
import { Problem, printProblem } from './problem.mjs';
import { createProgress } from './progress.mjs';
import { runInside } from './run-inside.mjs';
import { ignoreClosedOutput } from './say.mjs';
import { readSettings, secretFrom } from './settings.mjs';

/** Makes one video without a browser. Ends the process: 0 made, 1 not made, 2 asked for wrongly. */
export async function main() {
  ignoreClosedOutput();
  // npm runs scripts in the checkout; files are named from where the user stands.
  const folder = process.env['INIT_CWD'] ?? process.cwd();
  try {
    const options = parseDemoArgs(process.argv.slice(2), folder);
    if (!options) console.log(USAGE);
    process.exit(options ? await run(options, folder) : 0);
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${USAGE}`);
      process.exit(2);
    }
    printProblem(error);
    process.exit(1);
  }
}

/**
 * @param {import('./demo-args.mjs').DemoOptions} options
 * @param {string} folder
 * @returns {Promise<number>} the exit code
 */
async function run(options, folder) {
  const settings = readSettings();
  const paths = dataPaths(settings.dataDir);
  const ca = path.join(paths.root, 'tls/ca.crt');
  // Node reads at its start alone whom it trusts, and here it speaks to this service alone.
  if (settings.tls === 'internal' && process.env['NODE_EXTRA_CA_CERTS'] !== ca && existsSync(ca))
    return runInside(process.argv.slice(1), { ...process.env, NODE_EXTRA_CA_CERTS: ca });
  const token = settings.isLocal ? undefined : memberToken(settings);
  const server = settings.isLocal
    ? await findOrStartServer(settings, paths)
    : await reachServer(settings.publicUrl);
  const interrupted = new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
      process.once(signal, () =>
        reject(new Problem('Stopped. What the provider has accepted goes on, and appears in your history.')),
      );
  });
  const progress = createProgress();
  try {
    const api = createApiClient(server.url, token ?? readFileSync(paths.ownerToken, 'utf8').trim());
    await Promise.race([makeOne(api, options, folder, progress), interrupted]);
    return 0;
  } finally {
    progress.end();
    await server.stop();
  }
}

/** Who asks, where people have accounts. @param {import('./settings.mjs').Settings} settings */
function memberToken({ env, profile, publicUrl }) {
  const token = secretFrom(env, 'VEOGATE_TOKEN');
  if (token) return token;
  throw new Problem(
    `In profile "${profile}" everybody has an account. Make a token at ${publicUrl}/account, with the scopes ` +
      'keys:read, generations:read, generations:write and uploads:write, and give it as VEOGATE_TOKEN or VEOGATE_TOKEN_FILE.',
  );
}

/**
 * @param {import('./api-client.mjs').ApiClient} api
 * @param {import('./demo-args.mjs').DemoOptions} options
 * @param {string} folder
 * @param {import('./progress.mjs').Progress} progress
 */
async function makeOne(
  api,
  { prompt, kind, images, out, key: wantedKey, model: wantedModel },
  folder,
  progress,
) {
  progress.show('looking for a key');
  const key = await chooseKey(api, wantedKey);
  const model = await chooseModel(api, { wanted: wantedModel, kind, provider: key.provider });
  const imageIds = [];
  for (const image of images) {
    progress.show(`uploading ${path.basename(image)}`);
    imageIds.push(await upload(api, image));
  }
  const request = {
    model,
    kind,
    prompt,
    key_id: key.id,
    ...(imageIds.length > 0 && { image_ids: imageIds }),
  };
  const { id } = await begin(api, request);
  const generation = await untilEnded(api, id, (state) => progress.show(stageOf(state, model)));
  if (generation.status !== 'succeeded') throw new Problem(whyNot(generation));
  const response = await api.request(`/v1/generations/${id}/outputs/0`);
  const saved = await saveOutput(response, { out, folder, prompt, output: generation.outputs[0] });
  progress.end();
  const name = path.relative(folder, saved.file);
  console.log(`Saved ${name.startsWith('..') ? saved.file : name} (${toSize(saved.bytes)})`);
}

/** @param {any} generation @param {string} model */
function stageOf({ status, queue_position: position, estimate }, model) {
  if (status === 'queued' && position) return `queued, number ${position}`;
  const expected = estimate?.expected_seconds;
  if (status === 'in_progress' && expected) return `in_progress with ${model}, usually ${expected} s`;
  return status;
}

/** @param {any} generation */
function whyNot({ status, error, id }) {
  if (error)
    return [`It ${status}: ${error.message}`, error.reason, billing(error.billing), error.advice]
      .filter(Boolean)
      .join(' ');
  if (status === 'outcome_unknown') {
    return 'Nobody knows whether the provider has accepted it, so it is not sent again. If it turns up, it appears in your history.';
  }
  if (status === 'expired')
    return 'The provider did not finish in time. If it still arrives, it appears in your history.';
  return `The generation ${id} ended as ${status}.`;
}

/** @param {string | undefined} kind */
function billing(kind) {
  return (
    { not_billed: 'Nothing was billed.', billed: 'It was billed.', maybe_billed: 'It may have been billed.' }[
      kind ?? ''
    ] ?? ''
  );
}

/** @param {number} bytes */
function toSize(bytes) {
  if (bytes < 1_000) return `${bytes} bytes`;
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
