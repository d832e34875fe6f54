// @ts-check
import { Problem } from './problem.mjs';

/** @typedef {ReturnType<typeof createApiClient>} ApiClient */

/**
 * Speaks to a running Veogate as its owner.
 * @param {string} url
 * @param {string} token
 */
export function createApiClient(url, token) {
  /**
   * @param {string} path
   * @param {RequestInit} [init]
   * @returns {Promise<Response>} of a request that succeeded
   */
  async function request(path, init = {}) {
    const headers = { ...init.headers, authorization: `Bearer ${token}` };
    const response = await fetch(url + path, { ...init, headers });
    if (response.ok) return response;
    throw new Problem(toSentence(response.status, await response.text()));
  }

  return {
    request,

    /** @param {string} path @returns {Promise<any>} */
    get: async (path) => (await request(path)).json(),

    /**
     * @param {string} path
     * @param {unknown} body
     * @param {Record<string, string>} [headers]
     * @returns {Promise<any>}
     */
    async post(path, body, headers = {}) {
      const isForm = body instanceof FormData;
      const response = await request(path, {
        method: 'POST',
        headers: isForm ? headers : { 'content-type': 'application/json', ...headers },
        body: isForm ? body : JSON.stringify(body),
      });
      return response.json();
    },
  };
}

/** True for a connection that broke, and false for an answer that says no. @param {unknown} error */
export const isConnectionError = (error) => error instanceof TypeError;

/** @param {number} status @param {string} text problem+json, or anything */
function toSentence(status, text) {
  try {
    const { title, detail, advice, errors = [] } = JSON.parse(text);
    const fields = errors.map((/** @type {{ message: string }} */ { message }) => message);
    return [detail ?? title, ...fields, advice].filter(Boolean).join(' ');
  } catch {
    return `The server answered ${status}: ${text.slice(0, 300)}`;
  }
}
