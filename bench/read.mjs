// @ts-check

import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../scripts/lib/paths.mjs';
import { compare } from './lib/compare.mjs';
import { seed } from './lib/seed.mjs';
import { startApi, startBaseline, startDatabase } from './lib/servers.mjs';

const QUERY = { limit: 25 };
const ROUTE = `/v1/generations?limit=${QUERY.limit}`;

/** Reads the first page of a list through the API and through the baseline, by turns, and prints the ratio. */
export async function measure() {
  const { resolveSessionStatement: session } = await built('session-repo');
  const { toListStatement } = await built('generation-list');
  const database = await startDatabase();
  const { userId, sessionId } = await seed(database.ownerUrl, { generations: 5_000 });
  const api = await startApi(database);
  const { statement: list, values } = toListStatement({ userId, projectId: null }, QUERY);
  const baseline = await startBaseline(database.url, 'baseline-read.mjs', { session, list, values });
  try {
    await compare('read', {
      ours: { url: api.url + ROUTE, headers: { cookie: `veogate_${api.port}=${sessionId}` } },
      bare: { url: baseline.url + ROUTE, headers: { cookie: `session=${sessionId}` } },
      aim: 0.6,
    });
  } finally {
    await baseline.stop();
    await api.stop();
    await database.stop();
  }
}

/** @param {string} name a module of the database's home */
function built(name) {
  return import(pathToFileURL(path.join(ROOT, `packages/shared/dist/db/${name}.js`)).href);
}
