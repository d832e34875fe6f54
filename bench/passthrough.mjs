// @ts-check

import { createClient, until } from './lib/client.mjs';
import { forgetMost, readUsage } from './lib/process-usage.mjs';
import { onEachQueue, withService } from './lib/servers.mjs';

const MEGABYTES = 200;
const AIM = 40;

/**
 * A large video comes from the provider, is checked, stored and fetched by its owner. Prints how much more memory the
 * worker and the API took for it than they held before.
 *
 * @param {string} [only] one of the queue backends
 */
export function measure(only) {
  const workerEnv = { POLL_MIN_INTERVAL_MS: '50', GENAIPRO_REQUESTS_PER_MINUTE: '60000' };
  return onEachQueue(only, (name, env) =>
    withService({ env, latencyMs: 0, workerEnv }, async ({ database, api, worker }) => {
      const { token } = database.secrets;
      const client = createClient(api.url, { authorization: `Bearer ${token}` });
      const keyId = await client.addKey();
      /** @param {string} prompt @returns {Promise<number>} bytes that its owner got */
      const pass = async (prompt) => {
        const { id } = await client.generate(keyId, prompt);
        await until(async () => (await client.call('GET', `/v1/generations/${id}`)).status === 'succeeded');
        return fetchAll(`${api.url}/v1/generations/${id}/outputs/0`, token);
      };
      // What they load and compile for the first ones is not the large one's.
      for (let n = 0; n < 5; n += 1) await pass(`a small one ${n}`);
      const processes = Object.entries({ worker: worker.pid, API: api.pid }).map(([title, pid]) => {
        forgetMost(pid);
        return { title, pid, before: readUsage(pid).megabytes };
      });
      const bytes = await pass(`a large one [sim:download_padded=${MEGABYTES}]`);
      if (bytes < MEGABYTES * 1024 * 1024) throw new Error(`Only ${bytes} bytes came through.`);
      const extra = processes.map(
        ({ title, pid, before }) =>
          `the ${title} ${readUsage(pid).mostMegabytes - before} MB over its ${before} MB`,
      );
      console.log(`${name}: for a video of ${MEGABYTES} MB: ${extra.join(', ')}; the aim is ${AIM} MB`);
    }),
  );
}

/** @param {string} url @param {string} token @returns {Promise<number>} how many bytes came */
async function fetchAll(url, token) {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  if (!response.ok || !response.body) throw new Error(`${url}: ${response.status}`);
  let bytes = 0;
  for await (const chunk of response.body) bytes += chunk.length;
  return bytes;
}
