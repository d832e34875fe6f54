// @ts-check
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../scripts/lib/paths.mjs';
import { sleep } from './wait.mjs';
import { LEASE_IS_OVER_MS } from './world.mjs';

const { steps } = await import(pathToFileURL(path.join(ROOT, 'apps/worker/dist/steps.js')).href);

/** Every boundary between two steps of a generation's life, as the worker names them. @type {string[]} */
const STEPS = Object.keys(steps);
/** It is reached only while the database is away, so it has a fault of its own. */
const JOURNAL_STEP = 'journal.written';
/** Where a worker is stopped for longer than its lease. */
const FREEZE_AT = [
  'submit.claimed',
  'submit.prepared',
  'submit.sending',
  'submit.answered',
  'watch.polled',
  'store.fetched',
];
/** How long a step may take to come by. Milliseconds. */
const STEP_WITHIN_MS = 4_000;
const PROVIDER_OUTAGES = [
  ['html_503_before_accept', 'poll_503_html'],
  ['gateway_timeout_after_accept', 'poll_hang'],
  ['rate_limited', 'poll_rate_limited'],
  ['drop_after_accept', 'poll_drop'],
];

/**
 * @typedef {object} Context
 * @property {import('./world.mjs').World} world
 * @property {import('./random.mjs').Random} random
 * @property {(name: string) => void} count notes that a fault really struck
 */

/** @typedef {{ name: string, weight: number, strike: (context: Context) => Promise<void> }} Fault */

/** What can be done to the service; each leaves everything running. @type {Fault[]} */
const FAULTS = [
  ...STEPS.filter((step) => step !== JOURNAL_STEP).map((step) => ({
    name: `kill at ${step}`,
    weight: 3,
    strike: (/** @type {Context} */ context) => killAt(context, step),
  })),
  { name: `kill at ${JOURNAL_STEP}`, weight: 2, strike: killWhileJournalled },
  { name: 'kill at any moment', weight: 4, strike: killAnytime },
  ...FREEZE_AT.map((step) => ({
    name: `freeze at ${step}`,
    weight: 0.5,
    strike: (/** @type {Context} */ context) => freezeAt(context, step),
  })),
  { name: 'queue wiped', weight: 1, strike: wipeQueue },
  { name: 'Redis killed', weight: 1, strike: killRedis },
  { name: 'Redis hangs', weight: 0.5, strike: hangRedis },
  { name: 'Postgres killed', weight: 1, strike: killPostgres },
  { name: 'disk full', weight: 1, strike: fillDisk },
  { name: 'provider down', weight: 1.5, strike: failProvider },
  { name: 'API killed', weight: 1, strike: killApi },
];

/** The faults of one backend; those of Redis only where there is one. @param {import('./world.mjs').World} world */
export function faultsFor({ redis, disk }) {
  return FAULTS.filter(
    ({ name }) => (redis || !name.startsWith('Redis')) && (disk.mounted || name !== 'disk full'),
  );
}

/** @param {Context} context @param {string} step */
async function killAt({ world, random, count }, step) {
  const victim = random.pick(await world.someUp());
  victim.order(step, 'SIGKILL', 1 + random.below(3));
  if (await victim.hasEnded(STEP_WITHIN_MS)) {
    count(`kill at ${step}`);
    victim.start();
  } else {
    victim.cancelOrder();
  }
}

/** @param {Context} context */
async function killAnytime({ world, random, count }) {
  const victim = random.pick(await world.someUp());
  await sleep(random.below(600));
  await victim.kill();
  count('kill at any moment');
  victim.start();
}

/** The answer of a provider meets a database that is away, and then the worker dies too. @param {Context} context */
async function killWhileJournalled({ world, random, count }) {
  const victim = random.pick(await world.allUp());
  victim.order('submit.answered', 'SIGSTOP', 1);
  if (!(await victim.hasStopped(STEP_WITHIN_MS))) {
    victim.cancelOrder();
    victim.send('SIGCONT');
    return;
  }
  await world.postgres.kill();
  victim.order('journal.written', 'SIGKILL', 1);
  victim.send('SIGCONT');
  const killed = await victim.hasEnded(STEP_WITHIN_MS);
  await world.postgres.restart();
  count('Postgres killed');
  if (killed) {
    count('kill at journal.written');
    victim.start();
  } else {
    victim.cancelOrder();
  }
}

/** @param {Context} context @param {string} step */
async function freezeAt({ world, random, count }, step) {
  const victim = random.pick(await world.allUp());
  victim.order(step, 'SIGSTOP', 1);
  if (await victim.hasStopped(STEP_WITHIN_MS)) {
    // The other worker goes on meanwhile, and speaks for what this one holds.
    await sleep(LEASE_IS_OVER_MS);
    count(`freeze at ${step}`);
  } else {
    victim.cancelOrder();
  }
  victim.send('SIGCONT');
}

/** @param {Context} context */
async function wipeQueue({ world, count }) {
  await world.wipeQueue();
  count('queue wiped');
}

/** @param {Context} context */
async function killRedis({ world, random, count }) {
  await world.allUp();
  await world.redis?.kill();
  await sleep(random.below(1_000));
  await world.redis?.restart();
  count('Redis killed');
}

/** @param {Context} context */
async function hangRedis({ world, random, count }) {
  await world.allUp();
  world.redis?.send('SIGSTOP');
  await sleep(500 + random.below(2_000));
  world.redis?.send('SIGCONT');
  count('Redis hangs');
}

/** @param {Context} context */
async function killPostgres({ world, random, count }) {
  await world.allUp();
  await world.postgres.kill();
  await sleep(random.below(1_500));
  await world.postgres.restart();
  count('Postgres killed');
}

/** @param {Context} context */
async function fillDisk({ world, random, count }) {
  await world.allUp();
  world.disk.fill();
  await sleep(500 + random.below(2_000));
  world.disk.makeRoom();
  count('disk full');
}

/** @param {Context} context */
async function failProvider({ world, random, count }) {
  world.simulator.setFaults(random.pick(PROVIDER_OUTAGES).map((name) => /** @type {any} */ (name)));
  await sleep(500 + random.below(1_500));
  world.simulator.clearFaults();
  count('provider down');
}

/** @param {Context} context */
async function killApi({ world, count }) {
  await world.killApi();
  count('API killed');
}
