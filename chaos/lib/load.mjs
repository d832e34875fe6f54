// @ts-check
import { randomUUID } from 'node:crypto';
import { sleep, until } from './wait.mjs';

const KEYS = 4;

/** What the provider does with a request, and how often among a hundred; the rest it takes as it should. */
const PROVIDER_FAULTS = /** @type {const} */ ([
  ['drop_after_accept', 5],
  ['gateway_timeout_after_accept', 5],
  ['html_after_accept', 4],
  ['unparsable_after_accept', 3],
  ['hang_after_accept', 2],
  ['slow_answer=900ms', 4],
  ['drop_before_accept', 3],
  ['html_503_before_accept', 2],
  ['rate_limited=1*1', 5],
  ['unsafe_generation', 3],
  ['create_failed', 2],
  ['download_truncated*1', 4],
  ['download_cut*1', 3],
  ['download_html*1', 3],
  ['download_slow=700ms', 3],
  ['download_expired*1', 3],
  ['poll_500*2', 3],
  ['poll_html*2', 3],
  ['poll_rate_limited=1*1', 2],
  ['poll_drop*2', 2],
  ['history_twin] [sim:drop_after_accept', 2],
]);

/**
 * People who generate: keeps so many generations unfinished, through whatever happens to the service.
 * @param {{ world: import('./world.mjs').World, random: import('./random.mjs').Random, target: number }} options
 */
export async function startLoad({ world, random, target }) {
  const { url, token } = world;
  /** @type {Map<string, string>} prompts by id, of every request that was answered with 202 */
  const accepted = new Map();
  const unfinished = new Set();
  const closing = new AbortController();

  /** @param {string} method @param {string} route @param {object} [body] @param {Record<string, string>} [headers] */
  async function call(method, route, body, headers = {}) {
    const response = await fetch(`${url}${route}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    });
    return { status: response.status, body: /** @type {any} */ (await response.json()) };
  }

  /** @type {string[]} */
  const keys = [];
  for (let n = 0; n < KEYS; n += 1) {
    const secret = `eyJ${randomUUID().replaceAll('-', '')}`;
    world.simulator.configureKey(secret, { quota: 1_000_000 });
    const { body } = await call('POST', '/v1/keys', { provider: 'genaipro', secret });
    keys.push(body.id);
  }
  for (const id of keys) {
    const active = await until(
      async () => (await call('GET', `/v1/keys/${id}`)).body.state === 'active',
      60_000,
    );
    if (!active) throw new Error('A key did not become active.');
  }

  let made = 0;
  async function begin() {
    made += 1;
    const directives = directivesFor(random);
    const prompt = `chaos ${made} [sim:latency=${100 + random.below(900)}ms]${directives}`;
    const body = {
      model: 'genaipro/veo',
      kind: 'text_to_video',
      key_id: random.pick(keys),
      prompt,
      count: random.below(6) === 0 ? 2 : 1,
    };
    const key = { 'idempotency-key': randomUUID() };
    // A service that is away is asked again with the same key, so that nothing is begun twice.
    while (!closing.signal.aborted) {
      const answer = await call('POST', '/v1/generations', body, key).catch(() => undefined);
      if (answer?.status === 202) {
        accepted.set(answer.body.id, prompt);
        unfinished.add(answer.body.id);
        return;
      }
      if (answer && answer.status < 500 && answer.status !== 409 && answer.status !== 429)
        throw new Error(`A generation was refused: ${JSON.stringify(answer.body)}`);
      await sleep(100);
    }
  }

  async function look() {
    const answer = await call('GET', '/v1/generations?limit=100').catch(() => undefined);
    for (const { id, status } of answer?.body.data ?? []) {
      if (!['queued', 'in_progress', 'canceling'].includes(status)) unfinished.delete(id);
    }
  }

  const running = (async () => {
    while (!closing.signal.aborted) {
      await look();
      while (unfinished.size < target && !closing.signal.aborted) await begin();
      await sleep(150);
    }
  })();

  return {
    accepted,
    call,
    async stop() {
      closing.abort();
      await running;
    },
  };
}

/** @typedef {Awaited<ReturnType<typeof startLoad>>} Load */

/** @param {import('./random.mjs').Random} random */
function directivesFor(random) {
  let roll = random.below(100);
  for (const [fault, share] of PROVIDER_FAULTS) {
    roll -= share;
    if (roll < 0) return ` [sim:${fault}]`;
  }
  return '';
}
