// @ts-check

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { createClient, until } from './lib/client.mjs';
import { quantile } from './lib/numbers.mjs';
import { onEachQueue, withService } from './lib/servers.mjs';

const QUEUED = 500;
const OTHERS = 20;
const IN_FLIGHT = 10;
const LATENCY_MS = 1_000;

/**
 * One person queues 500 generations of which ten run at once; twenty others come after that and queue one each. Prints
 * how many of the first person's were begun between another's request and its start: the slot that becomes free next
 * is to be the other's.
 *
 * @param {string} [only] one of the queue backends
 */
export function measure(only) {
  const most = String(IN_FLIGHT);
  const workerEnv = {
    GENAIPRO_REQUESTS_PER_MINUTE: '60000',
    MAX_IN_FLIGHT: most,
    MAX_IN_FLIGHT_PER_USER: most,
    MAX_IN_FLIGHT_PER_KEY: most,
  };
  return onEachQueue(only, (name, env) =>
    withService({ env, latencyMs: LATENCY_MS, workerEnv }, async ({ database, simulator, api }) => {
      const owner = new pg.Client({ connectionString: database.ownerUrl });
      await owner.connect();
      const enter = async () => {
        const cookie = `veogate_${api.port}=${await addPerson(owner)}`;
        const client = createClient(api.url, { cookie, origin: api.url });
        return { generate: client.generate, keyId: await client.addKey() };
      };
      const first = await enter();
      const others = [];
      for (let n = 0; n < OTHERS; n += 1) others.push(await enter());
      await owner.end();
      for (let n = 0; n < QUEUED; n += 1)
        await first.generate(
          first.keyId,
          `of many ${n} [sim:latency=${LATENCY_MS / 2 + ((n * 37) % LATENCY_MS)}ms]`,
        );
      await until(async () => (await simulator.accepted()).length >= IN_FLIGHT);
      const overtaken = [];
      const waits = [];
      for (const [n, other] of others.entries()) {
        const prompt = `the only one ${n}`;
        await other.generate(other.keyId, prompt);
        const begun = new Date();
        const mine = await until(async () =>
          (await simulator.accepted()).find((each) => each.prompt === prompt),
        );
        const all = await simulator.accepted();
        overtaken.push(all.filter(({ at }) => at > begun && at < mine.at).length);
        waits.push(mine.at.getTime() - begun.getTime());
      }
      console.log(
        `${name}: ${OTHERS} people queued one behind ${QUEUED}. Before theirs began at most ${Math.max(...overtaken)} ` +
          `of the ${QUEUED} (median ${quantile(overtaken, 0.5)}); it took p50 ${quantile(waits, 0.5)} ms, at most ` +
          `${Math.max(...waits)} ms, with ${IN_FLIGHT} slots that are taken for ${LATENCY_MS} ms and more`,
      );
    }),
  );
}

/** Somebody who is signed in. @param {pg.Client} owner @returns {Promise<string>} the session's id */
async function addPerson(owner) {
  const sessionId = randomBytes(32).toString('base64url');
  await owner.query(
    `with u as (insert into users (id, display_name) values ($1, 'Somebody')),
      p as (insert into projects (id, name, kind) values ($2, 'Personal', 'personal')),
      m as (insert into project_members (project_id, user_id, role) values ($2, $1, 'owner'))
    insert into sessions (id_hash, user_id, expires_at, idle_expires_at)
      values ($3, $1, now() + interval '1 day', now() + interval '1 day')`,
    [randomUUID(), randomUUID(), createHash('sha256').update(sessionId).digest()],
  );
  return sessionId;
}
