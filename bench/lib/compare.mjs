// @ts-check
import autocannon from 'autocannon';
import { quantile } from './numbers.mjs';

const ROUNDS = 5;
const SECONDS = 6;
const CONNECTIONS = 16;

/** @typedef {import('autocannon').Options} Request what is sent, again and again */

/**
 * Puts the same load on the service and on its baseline, by turns, and prints how many requests a second each answers.
 * @param {string} name
 * @param {{ ours: Request, bare: Request, aim?: number, before?: () => Promise<unknown> }} sides `before`: done ahead
 *   of each load
 * @returns {Promise<void>}
 */
export async function compare(name, { ours, bare, aim, before = async () => {} }) {
  for (const side of [ours, bare]) await load(side, 2);
  const ratios = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    // By turns, and each first every other time: what else the machine does meets both.
    const order = round % 2 ? [ours, bare] : [bare, ours];
    const rates = new Map();
    for (const side of order) {
      await before();
      rates.set(side, await load(side, SECONDS));
    }
    const [mine = 0, theirs = 1] = [rates.get(ours), rates.get(bare)];
    ratios.push(mine / theirs);
    console.log(
      `round ${round}: ${mine.toFixed(0)}/s against ${theirs.toFixed(0)}/s = ${(mine / theirs).toFixed(2)}`,
    );
  }
  const median = quantile(ratios, 0.5).toFixed(2);
  console.log(
    `${name}: ${median} of the baseline (median of ${ROUNDS})${aim === undefined ? '' : `; the aim is ${aim}`}`,
  );
}

/** @param {Request} request @param {number} seconds @returns {Promise<number>} requests a second */
async function load(request, seconds) {
  const result = await autocannon({ ...request, connections: CONNECTIONS, duration: seconds });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${request.url}: ${result.non2xx} answers were no success, ${result.errors} failed.`);
  }
  return result.requests.average;
}
