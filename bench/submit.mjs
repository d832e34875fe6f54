// @ts-check

import path from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { ROOT } from '../scripts/lib/paths.mjs';
import { compare } from './lib/compare.mjs';
import { seed } from './lib/seed.mjs';
import { startApi, startBaseline, startDatabase } from './lib/servers.mjs';

/** Has generations accepted by the API and by a baseline that writes the same rows, by turns, and prints the ratio. */
export async function measure() {
  const { resolveSessionStatement: session } = await import(
    pathToFileURL(path.join(ROOT, 'packages/shared/dist/db/session-repo.js')).href
  );
  const database = await startDatabase();
  const { projectId, keyId, sessionId } = await seed(database.ownerUrl);
  const api = await startApi(database);
  const baseline = await startBaseline(database.url, 'baseline-create.mjs', { session, projectId, keyId });
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  const body = JSON.stringify({
    model: 'genaipro/veo',
    kind: 'text_to_video',
    prompt: 'A paper boat sails down a gutter in the rain',
    key_id: keyId,
    project_id: projectId,
  });
  /** @param {string} url @param {string} cookie @returns {import('autocannon').Options} */
  const post = (url, cookie) => ({
    url: `${url}/v1/generations`,
    method: 'POST',
    body,
    headers: { cookie, origin: url, 'content-type': 'application/json' },
  });
  try {
    await compare('submit', {
      ours: post(api.url, `veogate_${api.port}=${sessionId}`),
      bare: post(baseline.url, `session=${sessionId}`),
      // Neither side is to pay for what the one before it left.
      before: () => owner.query('truncate generations, ledger_entries, balances, audit_events cascade'),
    });
  } finally {
    await owner.end();
    await baseline.stop();
    await api.stop();
    await database.stop();
  }
}
