// @ts-check
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isConnectionError } from './api-client.mjs';
import { Problem } from './problem.mjs';

const POLL_MS = 500;
const RECONNECT_WITHIN_MS = 30_000;

/**
 * @param {import('./api-client.mjs').ApiClient} api
 * @param {string | undefined} wanted id or label
 * @returns {Promise<{ id: string, provider: string, label: string }>} an active key
 */
export async function chooseKey(api, wanted) {
  for (const deadline = Date.now() + 60_000; ; await delay(POLL_MS)) {
    const { data } = await api.get('/v1/keys?limit=100');
    const usable = data.filter((/** @type {{ state: string }} */ { state }) => state !== 'retired');
    const key = wanted
      ? (usable.find((/** @type {{ id: string }} */ { id }) => id === wanted) ??
        usable.find((/** @type {{ label: string }} */ { label }) => label === wanted))
      : preferred(usable);
    if (!key) {
      throw new Problem(
        wanted
          ? `There is no key with the id or label "${wanted}".`
          : 'There is no key yet. Save one first: start Veogate with npm start, and open the link that it prints.',
      );
    }
    if (key.state === 'active') return key;
    if (key.state !== 'checking' || Date.now() > deadline) {
      const reason = key.state_reason ? ` ${key.state_reason.message} ${key.state_reason.advice}` : '';
      throw new Problem(
        `The key "${key.label}" cannot be used: it is ${key.state.replace('_', ' ')}.${reason}`,
      );
    }
  }
}

/**
 * @param {import('./api-client.mjs').ApiClient} api
 * @param {{ wanted: string | undefined, kind: string, provider: string }} options
 * @returns {Promise<string>} its id
 */
export async function chooseModel(api, { wanted, kind, provider }) {
  const { data } = await api.get('/v1/models');
  const fits = (/** @type {any} */ model) =>
    model.provider === provider &&
    model.kinds.some((/** @type {{ kind: string }} */ entry) => entry.kind === kind);
  const model = wanted ? data.find((/** @type {{ id: string }} */ { id }) => id === wanted) : data.find(fits);
  if (model) return model.id;
  const ids = data.map((/** @type {{ id: string }} */ { id }) => id).join(', ');
  throw new Problem(
    wanted
      ? `There is no model "${wanted}". The models are: ${ids}.`
      : `No model of ${provider} makes ${kind}. Choose another key with --key. The models are: ${ids}.`,
  );
}

/** @param {import('./api-client.mjs').ApiClient} api @param {string} file @returns {Promise<string>} the upload's id */
export async function upload(api, file) {
  const form = new FormData();
  form.set('file', new Blob([readFileSync(file)]), path.basename(file));
  const { id } = await api.post('/v1/uploads', form);
  return id;
}

/** @param {import('./api-client.mjs').ApiClient} api @param {object} body */
export async function begin(api, body) {
  const headers = { 'idempotency-key': randomUUID() };
  // The same key makes it safe to ask again after a lost answer: nothing is made, or paid, twice.
  return patiently(() => api.post('/v1/generations', body, headers));
}

/**
 * @param {import('./api-client.mjs').ApiClient} api
 * @param {string} id
 * @param {(generation: any) => void} onState
 * @returns {Promise<any>} the generation, once nothing more happens to it by itself
 */
export async function untilEnded(api, id, onState) {
  for (;;) {
    const generation = await patiently(() => api.get(`/v1/generations/${id}`));
    onState(generation);
    if (!['queued', 'in_progress', 'canceling'].includes(generation.status)) return generation;
    await delay(POLL_MS);
  }
}

/** @param {{ state: string, provider: string }[]} keys in the order in which they are preferred @returns {any} */
function preferred(keys) {
  const of = (/** @type {string} */ state) => keys.filter((key) => key.state === state);
  const isDemo = (/** @type {{ provider: string }} */ key) => key.provider === 'demo';
  const [active, checking] = [of('active'), of('checking')];
  return active.find(isDemo) ?? checking.find(isDemo) ?? active[0] ?? checking[0] ?? keys[0];
}

/** @template T @param {() => Promise<T>} ask @returns {Promise<T>} the answer, also of a server that is being restarted */
async function patiently(ask) {
  for (const deadline = Date.now() + RECONNECT_WITHIN_MS; ; await delay(POLL_MS)) {
    try {
      return await ask();
    } catch (error) {
      if (!isConnectionError(error)) throw error;
      if (Date.now() > deadline) throw new Problem('The server does not answer any more.');
    }
  }
}
