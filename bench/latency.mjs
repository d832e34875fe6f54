// @ts-check

import { createClient, newSecret, until } from './lib/client.mjs';
import { quantile } from './lib/numbers.mjs';
import { onEachQueue, withService } from './lib/servers.mjs';

const GENERATIONS = 200;

/**
 * Begins one generation after the other on a service that has nothing else to do, and prints how long it takes from
 * the request until the provider has the submit, beside how long a request to the same provider takes by itself.
 *
 * @param {string} [only] one of the queue backends
 */
export function measure(only) {
  return onEachQueue(only, (name, env) => {
    const workerEnv = { GENAIPRO_REQUESTS_PER_MINUTE: '60000', POLL_MIN_INTERVAL_MS: '50' };
    return withService({ env, latencyMs: 0, workerEnv }, async ({ database, simulator, api }) => {
      const client = createClient(api.url, { authorization: `Bearer ${database.secrets.token}` });
      const secret = newSecret();
      const keyId = await client.addKey(secret);
      /** @type {number[]} */
      const times = [];
      /** @type {number[]} */
      const answers = [];
      for (let n = 0; n < GENERATIONS; n += 1) {
        const prompt = `take ${n}`;
        const begun = Date.now();
        await client.generate(keyId, prompt);
        answers.push(Date.now() - begun);
        const find = async () => (await simulator.accepted()).find((each) => each.prompt === prompt);
        times.push((await until(find)).at.getTime() - begun);
      }
      const own = await timeSubmits(simulator.genaiproUrl, secret);
      const show = (/** @type {number[]} */ values) =>
        `p50 ${quantile(values, 0.5).toFixed(0)} ms, p99 ${quantile(values, 0.99).toFixed(0)} ms`;
      console.log(
        `${name}: from the request to the provider ${show(times)}; to the 202 ${show(answers)}; ` +
          `a submit by itself ${show(own)}`,
      );
    });
  });
}

/** @param {string} url @param {string} secret @returns {Promise<number[]>} milliseconds of each */
async function timeSubmits(url, secret) {
  const times = [];
  for (let n = 0; n < GENERATIONS; n += 1) {
    const begun = performance.now();
    const response = await fetch(`${url}/v2/veo/text-to-video`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        prompt: `by itself ${n}`,
        aspect_ratio: 'VIDEO_ASPECT_RATIO_LANDSCAPE',
        number_of_videos: 1,
      }),
    });
    await response.arrayBuffer();
    times.push(performance.now() - begun);
  }
  return times;
}
