// @ts-check
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { ROOT } from '../scripts/lib/paths.mjs';
import { quantile } from './lib/numbers.mjs';
import { readUsage } from './lib/process-usage.mjs';
import { onEachQueue, startDatabase, startSimulator, startWorker } from './lib/servers.mjs';

const KEYS = 1_000;
const OF_EACH = 10;
const SETTLE_MS = 45_000;
const MEASURE_MS = 60_000;

/**
 * Has one worker process look after ten thousand generations of a thousand keys, on both queue backends.
 *
 * @param {string} [only] one of the queue backends
 */
export function measure(only) {
  return onEachQueue(only, async (name, env) => {
    const database = await startDatabase();
    const simulator = await startSimulator({ latencyMs: 3_600_000 });
    await prepare(database, simulator.genaiproUrl);
    const { child, pid, stop } = await startWorker(database, {
      genaiproUrl: simulator.genaiproUrl,
      env,
      preload: [path.join(import.meta.dirname, 'lib/measure-worker.mjs')],
    });
    try {
      await sleep(SETTLE_MS);
      const before = readUsage(pid);
      child.send('begin');
      await sleep(MEASURE_MS);
      const after = readUsage(pid);
      child.send('end');
      const [{ lateness, loopP99Ms }] = /** @type {[{ lateness: number[], loopP99Ms: number }]} */ (
        await once(child, 'message')
      );
      const cores = (after.cpuSeconds - before.cpuSeconds) / (MEASURE_MS / 1000);
      console.log(
        `${name}: ${KEYS * OF_EACH} in flight of ${KEYS} keys on one worker: ${(lateness.length / (MEASURE_MS / 1000)).toFixed(0)} polls/s, ` +
          `late by p50 ${quantile(lateness, 0.5)} ms, p99 ${quantile(lateness, 0.99)} ms; ${after.megabytes} MB (most ${after.mostMegabytes}), ${cores.toFixed(2)} core, ` +
          `event loop p99 ${loopP99Ms.toFixed(0)} ms`,
      );
    } finally {
      await stop();
      await simulator.stop();
      await database.stop();
    }
  });
}

/**
 * Ten submits for each key at the simulator, and the rows that a worker would have written of them.
 * @param {import('./lib/servers.mjs').Installation} installation
 * @param {string} genaiproUrl
 */
async function prepare({ ownerUrl, secrets }, genaiproUrl) {
  const { createSealer } = await import(
    pathToFileURL(path.join(ROOT, 'packages/shared/dist/vault/seal.js')).href
  );
  const sealer = createSealer(async () => JSON.parse(readFileSync(secrets.publicRing, 'utf8')));
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  const [userId, projectId] = [randomUUID(), randomUUID()];
  await client.query(`insert into users (id, display_name) values ($1, 'Many')`, [userId]);
  await client.query(`insert into projects (id, name, kind) values ($1, 'Personal', 'personal')`, [
    projectId,
  ]);
  for (let n = 0; n < KEYS; n += 1) {
    const [id, secret] = [randomUUID(), `eyJ${randomBytes(18).toString('base64url')}`];
    const { sealed, ringId } = await sealer.seal(secret, {
      keyId: id,
      ownerId: userId,
      provider: 'genaipro',
    });
    await client.query(
      `insert into provider_keys (id, owner_id, provider, label, hint, ring_id, state, sealed, fingerprint, checked_at)
        values ($1, $2, 'genaipro', 'Key', 'abcd', $3, 'active', $4, $5, now())`,
      [id, userId, ringId, Buffer.from(sealed), randomBytes(32)],
    );
    const operations = await Promise.all(Array.from({ length: OF_EACH }, () => submit(genaiproUrl, secret)));
    await client.query(
      `with g as (insert into generations (id, project_id, user_id, key_id, provider, model, kind, prompt, count, state,
          submitted_at, deadline_at)
        select gen_random_uuid(), $1, $2, $3, 'genaipro', 'genaipro/veo', 'text_to_video', op, 1, 'running',
          now() - interval '20 seconds', now() + interval '1 hour' from unnest($4::text[]) op returning id, prompt)
        insert into operations (id, provider, operation_id, generation_id, position)
        select gen_random_uuid(), 'genaipro', g.prompt, g.id, 0 from g`,
      [projectId, userId, id, operations],
    );
  }
  await measureLatency(client, [projectId, userId]);
  await client.query('vacuum analyze');
  await client.end();
}

/**
 * What the worker learns how long the model takes from: three that took 90 seconds.
 * @param {pg.Client} client
 * @param {[string, string]} whose project and user
 */
async function measureLatency(client, whose) {
  await client.query(
    `with g as (insert into generations (id, project_id, user_id, key_id, provider, model, kind, prompt, count, state,
        submitted_at, finished_at)
      select gen_random_uuid(), $1, $2, (select id from provider_keys limit 1), 'genaipro', 'genaipro/veo',
        'text_to_video', 'done', 1, 'succeeded', now() - interval '90 seconds', now() from generate_series(1, 3)
      returning id)
      insert into operations (id, provider, operation_id, generation_id, position, state, finished_at)
      select gen_random_uuid(), 'genaipro', g.id::text, g.id, 0, 'succeeded', now() from g`,
    whose,
  );
}

/** @param {string} genaiproUrl @param {string} secret @returns {Promise<string>} the operation's id */
async function submit(genaiproUrl, secret) {
  const response = await fetch(`${genaiproUrl}/v2/veo/text-to-video`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      prompt: 'a long one',
      aspect_ratio: 'VIDEO_ASPECT_RATIO_LANDSCAPE',
      number_of_videos: 1,
    }),
  });
  const { histories } = /** @type {{ histories: { id: string }[] }} */ (await response.json());
  return histories[0]?.id ?? '';
}
