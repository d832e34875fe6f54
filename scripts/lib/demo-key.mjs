// @ts-check
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { writePrivate } from './files.mjs';
import { say } from './say.mjs';

/**
 * Saves a key for the simulator, through the front door, once in the life of a data folder: someone who has
 * retired it does not want it back.
 * @param {{ url: string, token: string, stateFile: string }} options
 */
export async function addDemoKey({ url, token, stateFile }) {
  const state = readState(stateFile);
  if (state.demoKeyId) return;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  try {
    const id = (await findDemoKey(url, headers)) ?? (await saveDemoKey(url, headers));
    writePrivate(stateFile, `${JSON.stringify({ ...state, demoKeyId: id }, null, 2)}\n`);
  } catch (error) {
    say(
      `The demo key could not be saved (${error instanceof Error ? error.message : error}). Everything else works.`,
    );
  }
}

/** A run that was killed after saving the key and before noting it has left one. @param {string} url @param {Record<string, string>} headers */
async function findDemoKey(url, headers) {
  const { data } = await answerOf(await fetch(`${url}/v1/keys`, { headers }));
  return data.find((/** @type {{ provider: string }} */ key) => key.provider === 'demo')?.id;
}

/** @param {string} url @param {Record<string, string>} headers */
async function saveDemoKey(url, headers) {
  // Shaped like the tokens of the real providers; the simulator takes any.
  const secret = Buffer.from(JSON.stringify({ demo: randomBytes(32).toString('hex') })).toString('base64url');
  const body = JSON.stringify({ provider: 'demo', label: 'Demo key', secret });
  const { id } = await answerOf(await fetch(`${url}/v1/keys`, { method: 'POST', headers, body }));
  return id;
}

/** @param {Response} response @returns {Promise<any>} */
async function answerOf(response) {
  if (!response.ok)
    throw new Error(`the API answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
  return response.json();
}

/** @param {string} file @returns {{ demoKeyId?: string }} */
function readState(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}
