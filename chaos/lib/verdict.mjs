// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const FINISHED = ['succeeded', 'failed', 'canceled', 'expired', 'outcome_unknown'];

/** Whether nothing is under way any more, and nothing lies about. @param {import('./world.mjs').World} world */
export async function isSettled({ postgres, folder }) {
  const finished = FINISHED.map((state) => `'${state}'`).join(', ');
  const [{ open } = { open: 1 }] = await postgres.query(
    `select count(*)::int as open from generations where state not in (${finished})`,
  );
  return open === 0 && listJournal(folder).length === 0 && listTemporary(folder).length === 0;
}

const listTemporary = (/** @type {string} */ folder) => listFolder(path.join(folder, 'storage/tmp'));
const listJournal = (/** @type {string} */ folder) => listFolder(path.join(folder, 'journal'));

/**
 * Compares what the provider was asked for with what the service knows, and what it holds with what it should.
 * @param {import('./world.mjs').World} world
 * @param {import('./load.mjs').Load} load
 * @returns {Promise<{ counts: Record<string, number>, problems: string[] }>}
 */
export async function judge(world, load) {
  const { postgres, simulator, folder } = world;
  /** @type {string[]} */
  const problems = [];
  const generations = await postgres.query(
    `select g.id, g.prompt, g.state::text, g.count, g.error_code,
      (select count(*)::int from submissions s where s.generation_id = g.id and s.outcome <> 'not_sent') as submits,
      (select coalesce(json_agg(o.operation_id), '[]') from operations o where o.generation_id = g.id) as operations,
      (select coalesce(json_agg(json_build_object('key', p.storage_key, 'sha256', p.sha256)), '[]')
        from outputs p where p.generation_id = g.id) as outputs,
      (select coalesce(sum(l.held), 0)::float8 from ledger_entries l where l.generation_id = g.id) as held,
      (select coalesce(sum(l.spent), 0)::float8 from ledger_entries l where l.generation_id = g.id) as spent,
      (select count(*)::int from ledger_entries l where l.generation_id = g.id and l.kind = 'hold') as holds
    from generations g`,
  );
  const known = new Map(generations.map((generation) => [generation['prompt'], generation]));
  for (const [id, prompt] of load.accepted) {
    if (known.get(prompt)?.['id'] !== id) problems.push(`${id} was answered with 202 and is gone`);
  }

  // What the provider took, or may have taken, by the prompt that only one generation has.
  /** @type {Map<string, number>} */
  const asked = new Map();
  const ledger = simulator.ledger();
  for (const prompt of [...ledger.map((entry) => entry.prompt), ...simulator.doubtfulSubmits()]) {
    asked.set(prompt, (asked.get(prompt) ?? 0) + 1);
  }
  const doubled = [...asked].filter(([, times]) => times > 1);
  for (const [prompt, times] of doubled) problems.push(`"${prompt}" was submitted ${times} times`);
  for (const { id, submits } of generations) {
    if (submits > 1) problems.push(`${id} has ${submits} submissions that count`);
  }

  let lost = 0;
  for (const { prompt, operationIds } of ledger) {
    const generation = known.get(prompt);
    const state = generation?.['state'];
    const missing = operationIds.filter((id) => !generation?.['operations'].includes(id));
    if (missing.length === 0 || state === 'outcome_unknown') continue;
    lost += 1;
    problems.push(`"${prompt}" (${state}) lacks ${missing.length} ids that the provider bills`);
  }
  for (const { id, state, prompt, count, outputs, held, spent, holds } of generations) {
    const settled = state !== 'outcome_unknown';
    if (!FINISHED.includes(state)) problems.push(`${id} "${prompt}" is still ${state}`);
    if (state === 'succeeded' && outputs.length === 0) {
      lost += 1;
      problems.push(`${id} succeeded without an output`);
    }
    const expected = state === 'succeeded' ? outputs.length : state === 'expired' ? count : 0;
    if (holds !== 1 || held !== (settled ? 0 : count) || spent !== (settled ? expected : 0))
      problems.push(`${id} (${state}) holds ${held} and has spent ${spent} for ${outputs.length} outputs`);
    for (const { key, sha256 } of outputs) {
      const file = path.join(folder, 'storage/objects', key);
      if (!existsSync(file) || sha256Of(file) !== sha256) {
        lost += 1;
        problems.push(`${key} of ${id} is not what was stored`);
      }
    }
  }
  const temporary = listTemporary(folder);
  if (temporary.length > 0) problems.push(`${temporary.length} temporary files are left`);
  const journal = listJournal(folder);
  if (journal.length > 0) problems.push(`${journal.length} entries are left in the journal`);
  problems.push(...(await compareBalances(world)));

  const count = (/** @type {string} */ state) => generations.filter((row) => row['state'] === state).length;
  return {
    counts: {
      generations: generations.length,
      'submits that the provider accepted': ledger.length,
      'submits that it may have accepted': simulator.doubtfulSubmits().length,
      succeeded: count('succeeded'),
      failed: count('failed'),
      'outcome unknown': count('outcome_unknown'),
      expired: count('expired'),
      'submitted twice': doubled.length,
      lost,
      stuck: generations.filter(({ state }) => !FINISHED.includes(state)).length,
    },
    problems,
  };
}

/** The balances must be the sums of the ledger. @param {import('./world.mjs').World} world */
async function compareBalances({ postgres }) {
  const [table] = await postgres.query(`select to_regclass('balances') as name`);
  if (!table?.['name']) return [];
  const rows = await postgres.query(`
    select b.day::text, b.held::float8, b.spent::float8, l.held as ledger_held, l.spent as ledger_spent
    from balances b join lateral (
      select coalesce(sum(e.held), 0)::float8 as held, coalesce(sum(e.spent), 0)::float8 as spent
      from ledger_entries e join generations g on g.id = e.generation_id
      where e.unit = b.unit and (g.created_at at time zone 'UTC')::date = b.day
    ) l on true where b.scope = 'all'`);
  return rows
    .filter((row) => row['held'] !== row['ledger_held'] || row['spent'] !== row['ledger_spent'])
    .map(
      (row) =>
        `the balances of ${row['day']} are ${row['held']}/${row['spent']}, the ledger's ${row['ledger_held']}/${row['ledger_spent']}`,
    );
}

/** @param {string} file */
function sha256Of(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** @param {string} folder */
function listFolder(folder) {
  return existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((e) => e.isFile())
    : [];
}
