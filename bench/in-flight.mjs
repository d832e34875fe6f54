// @ts-check
import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { BUILT, ROOT } from '../scripts/lib/paths.mjs';
import { startRedis } from '../scripts/lib/redis.mjs';
import { findTestPrograms } from '../scripts/lib/test-programs.mjs';
import { startDatabase } from './lib/servers.mjs';

const KEYS = 1_000;
const OF_EACH = 10;
const SETTLE_MS = 45_000;
const MEASURE_MS = 60_000;
/** Clock ticks a second, in which /proc counts. */
const TICKS = 100;

/** Has one worker process look after ten thousand generations of a thousand keys, on both queue backends. */
export async function measure() {
  const { redis: program } = await findTestPrograms();
  await measureOn('postgres', undefined);
  if (!program) return console.log('redis: there is no redis-server on this machine');
  const redis = await startRedis(program);
  await measureOn('redis', redis.url).finally(() => redis.stop());
}

/** @param {string} name @param {string | undefined} redisUrl */
async function measureOn(name, redisUrl) {
  const database = await startDatabase();
  const simulator = spawn(
    process.execPath,
    [BUILT.simulator, '--video-size', 'tiny', '--rate-limit', 'Infinity', '--latency-ms', '3600000'],
    { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] },
  );
  if (!simulator.stdout) throw new Error('The simulator has no output.');
  const [line] = await once(simulator.stdout, 'data');
  const { genaiproUrl } = JSON.parse(String(line));
  const env = await prepare(database, genaiproUrl);
  const worker = spawn(
    process.execPath,
    ['--import', path.join(import.meta.dirname, 'lib/measure-worker.mjs'), BUILT.worker],
    {
      env: { ...env, ...(redisUrl && { REDIS_URL: redisUrl }) },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    },
  );
  try {
    await once(worker, 'message'); // ready
    await sleep(SETTLE_MS);
    const before = read(worker.pid);
    worker.send('begin');
    await sleep(MEASURE_MS);
    const after = read(worker.pid);
    worker.send('end');
    const [{ lateness, loopP99Ms }] = /** @type {[{ lateness: number[], loopP99Ms: number }]} */ (
      await once(worker, 'message')
    );
    const sorted = lateness.sort((a, b) => a - b);
    const at = (/** @type {number} */ part) => sorted[Math.floor(sorted.length * part)] ?? 0;
    const cores = (after.ticks - before.ticks) / TICKS / (MEASURE_MS / 1000);
    console.log(
      `${name}: ${KEYS * OF_EACH} in flight of ${KEYS} keys on one worker: ${(sorted.length / (MEASURE_MS / 1000)).toFixed(0)} polls/s, ` +
        `late by p50 ${at(0.5)} ms, p99 ${at(0.99)} ms; ${after.megabytes} MB (most ${after.mostMegabytes}), ${cores.toFixed(2)} core, ` +
        `event loop p99 ${loopP99Ms.toFixed(0)} ms`,
    );
  } finally {
    worker.kill('SIGKILL');
    simulator.kill('SIGKILL');
    await database.stop();
  }
}

/**
 * Ten submits for each key at the simulator, and the rows that a worker would have written of them.
 * @param {{ url: string, ownerUrl: string, folder: string }} database
 * @param {string} genaiproUrl
 */
async function prepare({ url, ownerUrl, folder }, genaiproUrl) {
  const { generateRing } = await import(pathToFileURL(BUILT.ring).href);
  const { createSealer } = await import(
    pathToFileURL(path.join(ROOT, 'packages/shared/dist/vault/seal.js')).href
  );
  const { publicRing, privateRing } = await generateRing();
  const sealer = createSealer(publicRing);
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
  await client.query('vacuum analyze');
  await client.end();
  const file = (/** @type {string} */ name, /** @type {string} */ text) => {
    writeFileSync(path.join(folder, name), text, { mode: 0o600 });
    return path.join(folder, name);
  };
  return {
    PATH: process.env['PATH'],
    NODE_ENV: 'production',
    DATABASE_URL: url,
    STORAGE_URL: pathToFileURL(path.join(folder, 'storage')).href,
    DATA_DIR: folder,
    LOG_LEVEL: 'warn',
    VAULT_PRIVATE_KEYS_FILE: file('private.json', JSON.stringify(privateRing)),
    FINGERPRINT_KEY_FILE: file('fingerprint', randomBytes(32).toString('base64')),
    GENAIPRO_BASE_URL: genaiproUrl,
  };
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

/** @param {number | undefined} pid what /proc tells of a process */
function read(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (/** @type {string} */ name) =>
    Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024);
  return {
    ticks: Number(fields[11]) + Number(fields[12]),
    megabytes: megabytes('VmRSS'),
    mostMegabytes: megabytes('VmHWM'),
  };
}
