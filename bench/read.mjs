// @ts-check

import path from 'node:path';
import { pathToFileURL } from 'node:url';
import autocannon from 'autocannon';
import { ROOT } from '../scripts/lib/paths.mjs';
import { seed } from './lib/seed.mjs';
import { startApi, startBaseline, startDatabase } from './lib/servers.mjs';

const ROUNDS = 5;
const SECONDS = 6;
const CONNECTIONS = 16;
const AIM = 0.6;
const QUERY = { limit: 25 };

/** Reads the first page of a list through the API and through the baseline, by turns, and prints the ratio. */
export async function measure() {
  const { resolveSessionStatement: session } = await built('session-repo');
  const { toListStatement } = await built('generation-list');
  const database = await startDatabase();
  const { userId, sessionId } = await seed(database.ownerUrl);
  const api = await startApi(database);
  const { statement: list, values } = toListStatement({ userId, projectId: null }, QUERY);
  const baseline = await startBaseline(database.url, { session, list }, values);
  const ours = { url: api.url, cookie: `veogate_${api.port}=${sessionId}` };
  const bare = { url: baseline.url, cookie: `session=${sessionId}` };
  try {
    for (const side of [ours, bare]) await load(side, 2);
    const ratios = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      // By turns, and each first every other time: what else the machine does meets both.
      const order = round % 2 ? [ours, bare] : [bare, ours];
      const rates = new Map();
      for (const side of order) rates.set(side, await load(side, SECONDS));
      const [mine = 0, theirs = 1] = [rates.get(ours), rates.get(bare)];
      ratios.push(mine / theirs);
      console.log(
        `round ${round}: ${mine.toFixed(0)}/s against ${theirs.toFixed(0)}/s = ${(mine / theirs).toFixed(2)}`,
      );
    }
    const median = ratios.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
    console.log(`read: ${median.toFixed(2)} of the baseline (median of ${ROUNDS}); the aim is ${AIM}`);
  } finally {
    await baseline.stop();
    await api.stop();
    await database.stop();
  }
}

/** @param {{ url: string, cookie: string }} side @param {number} seconds @returns {Promise<number>} requests a second */
async function load({ url, cookie }, seconds) {
  const result = await autocannon({
    url: `${url}/v1/generations?limit=${QUERY.limit}`,
    connections: CONNECTIONS,
    duration: seconds,
    headers: { cookie },
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} answers were no success, ${result.errors} failed.`);
  }
  return result.requests.average;
}

/** @param {string} name a module of the database's home */
function built(name) {
  return import(pathToFileURL(path.join(ROOT, `packages/shared/dist/db/${name}.js`)).href);
}
