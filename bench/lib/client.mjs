// @ts-check
import { randomBytes } from 'node:crypto';

/**
 * Calls the API as somebody who is signed in.
 * @param {string} url
 * @param {Record<string, string>} headers who it is
 */
export function createClient(url, headers) {
  /** @param {string} method @param {string} route @param {object} [body] @returns {Promise<any>} */
  async function call(method, route, body) {
    const response = await fetch(url + route, {
      method,
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  /** @param {string} keyId @param {string} prompt @returns {Promise<{ id: string }>} */
  const generate = (keyId, prompt) =>
    call('POST', '/v1/generations', {
      model: 'genaipro/veo',
      kind: 'text_to_video',
      prompt,
      key_id: keyId,
    });

  /** Saves a key and waits until it is found good. @param {string} [secret] @returns {Promise<string>} its id */
  async function addKey(secret = newSecret()) {
    const { id } = await call('POST', '/v1/keys', { provider: 'genaipro', secret });
    await until(async () => (await call('GET', `/v1/keys/${id}`)).state === 'active');
    return id;
  }

  return { call, generate, addKey };
}

/** A key that the simulator takes for valid. */
export function newSecret() {
  return `eyJ${randomBytes(24).toString('base64url')}`;
}

/**
 * @template T
 * @param {() => Promise<T>} ask asked again until it gives something; at most for a minute
 * @returns {Promise<Exclude<T, undefined | null | false>>}
 */
export async function until(ask) {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const found = await ask();
    // What is left after the test is just what the type says.
    if (found) return /** @type {Exclude<T, undefined | null | false>} */ (found);
    if (Date.now() > deadline) throw new Error('It did not come about within a minute.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
