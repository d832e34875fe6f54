// @ts-check
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { ROOT } from '../scripts/lib/paths.mjs';
import { quantile } from './lib/numbers.mjs';
import { startDatabase } from './lib/servers.mjs';

const ROUNDS = 5;
const SECONDS = 4;
const WRITERS = 8;
const ENTRIES = 1_000_000;
const SEARCHES = 40;
const PEOPLE = 500;

/**
 * How many changes a second are made with and without the entry of the audit log that goes with them, by turns; and how
 * long searches take over a million entries.
 */
export async function measure() {
  const database = await startDatabase();
  const { openDatabase } = await built('client');
  const db = openDatabase({ url: database.url, max: WRITERS });
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  try {
    await compareWrites(db);
    console.log(`Writing ${ENTRIES.toLocaleString('en')} entries …`);
    await fill(owner);
    await search(db, owner);
  } finally {
    await owner.end();
    await db.$disconnect();
    await database.stop();
  }
}

/** @param {any} db */
async function compareWrites(db) {
  const { append } = await built('audit-repo');
  const { createUser } = await built('user-repo');
  const users = [];
  for (let n = 0; n < WRITERS; n += 1)
    users.push(
      await db.$transaction((/** @type {any} */ tx) => createUser(tx, { displayName: `Writer ${n}` })),
    );
  const sides = {
    without: async () => {},
    with: (/** @type {any} */ tx, /** @type {string} */ id) =>
      append(tx, {
        action: 'account.renamed',
        actorId: id,
        subject: 'user',
        subjectId: id,
        address: '192.0.2.7',
      }),
  };
  /** @type {Record<'with' | 'without', number[]>} */
  const rates = { without: [], with: [] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    /** @type {('with' | 'without')[]} */
    const order = round % 2 ? ['with', 'without'] : ['without', 'with'];
    for (const side of order) {
      let count = 0;
      const end = Date.now() + SECONDS * 1_000;
      await Promise.all(
        users.map(async ({ id }) => {
          while (Date.now() < end) {
            await db.$transaction(async (/** @type {any} */ tx) => {
              await tx.user.update({ where: { id }, data: { displayName: `Writer ${count}` } });
              await sides[side](tx, id);
            });
            count += 1;
          }
        }),
      );
      // The first round warms up.
      if (round > 0) rates[side].push(count / SECONDS);
    }
  }
  const [bare, audited] = [quantile(rates.without, 0.5), quantile(rates.with, 0.5)];
  console.log(
    `changes a second: ${bare.toFixed(0)} without the audit log, ${audited.toFixed(0)} with it = ${(audited / bare).toFixed(2)}`,
  );
}

/** Entries of the last ninety days, with addresses of which one in five is looked for. @param {pg.Client} owner */
async function fill(owner) {
  for (let days = 0; days <= 90; days += 20)
    await owner.query(`select ensure_audit_partition((now() - make_interval(days => ${days}))::date)`);
  const ids = `(lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex((n % 4096)), 3, '0') || '8'
    || lpad(to_hex(n % 4096), 3, '0') || lpad(to_hex(n::bigint), 12, '0'))::uuid`;
  const rows = `select n, ${ids} as id, at from (
    select n, date_trunc('milliseconds', now() - interval '90 days' * (n::float8 / ${ENTRIES})) as at
    from generate_series(1, ${ENTRIES}) n) numbered`;
  await owner.query(`
    insert into audit_events (id, at, action, actor_id, subject, subject_id, outcome, detail)
    select id, at, (array['generation.created', 'generation.succeeded', 'key.used', 'sign_in.succeeded', 'access.denied'])[1 + n % 5],
      ('00000000-0000-7000-8000-' || lpad((n % ${PEOPLE})::text, 12, '0'))::uuid, 'generation', id::text,
      case when n % 5 = 4 then 'denied' else 'ok' end, '{"model":"genaipro/veo"}' from (${rows}) r`);
  await owner.query(`
    insert into audit_people (event_id, at, address, salt)
    select id, at, '198.51.' || (n % 50) || '.' || (n % 200), '\\x00' from (${rows}) r where n % 5 in (0, 3)`);
  await owner.query('analyze audit_events; analyze audit_people');
}

/** @param {any} db @param {pg.Client} owner */
async function search(db, owner) {
  const { searchAudit } = await built('audit-search-repo');
  const person = '00000000-0000-7000-8000-000000000042';
  const { rows } = await owner.query(
    `select subject_id from audit_events where actor_id = '${person}' limit 1`,
  );
  const day = (/** @type {number} */ ago) => new Date(Date.now() - ago * 86_400_000);
  const filters = {
    'the newest': {},
    'one person': { people: [person] },
    'one action': { action: 'sign_in.succeeded' },
    'actions that begin so': { action: 'key.' },
    'one subject': { subject: 'generation', subjectId: rows[0].subject_id },
    'one address': { address: '198.51.7.57' },
    'a network': { address: '198.51.7.0/24' },
    'what was denied, on one day': { outcome: 'denied', since: day(41), until: day(40) },
    'a person, sixty days ago': { people: [person], until: day(60) },
    nobody: { people: ['00000000-0000-7000-8000-999999999999'] },
  };
  for (const [name, filter] of Object.entries(filters)) {
    const times = [];
    for (let n = 0; n < SEARCHES; n += 1) {
      const begin = performance.now();
      await searchAudit(db, filter, { limit: 50 });
      times.push(performance.now() - begin);
    }
    console.log(
      `${name}: p50 ${quantile(times, 0.5).toFixed(1)} ms, p99 ${quantile(times, 0.99).toFixed(1)} ms`,
    );
  }
}

/** @param {string} name a module of the database's home */
function built(name) {
  return import(pathToFileURL(path.join(ROOT, `packages/shared/dist/db/${name}.js`)).href);
}
