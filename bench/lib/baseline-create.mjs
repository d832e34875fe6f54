// @ts-check
// What a generation costs to accept at the least: bare Fastify and `pg`, and the same rows in one transaction.
import { createHash, randomUUID } from 'node:crypto';
import fastify from 'fastify';
import pg from 'pg';

const { DATABASE_URL, PORT, VALUES = '{}' } = process.env;
const { session, projectId, keyId } = JSON.parse(VALUES);
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 8 });
const app = fastify();

app.post('/v1/generations', async (request, reply) => {
  const id = /=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
  const hash = createHash('sha256').update(id).digest();
  const found = await pool.query({ ...session, values: [hash, null] });
  const user = found.rows[0];
  if (!user) return reply.code(401).send();
  const { model, kind, prompt } = /** @type {Record<string, string>} */ (request.body);
  const generationId = randomUUID();
  const client = await pool.connect();
  try {
    await client.query('begin');
    const { rows } = await client.query({
      name: 'generation',
      text: `insert into generations (id, project_id, user_id, key_id, provider, model, kind, prompt, count, hold_amount, unit)
        values ($1, $2, $3, $4, 'genaipro', $5, $6, $7, 1, 1, 'credits') returning *`,
      values: [generationId, projectId, user.userId, keyId, model, kind, prompt],
    });
    await client.query({
      name: 'audit',
      text: `insert into audit_events (id, action, actor_id, subject, subject_id)
        values ($1, 'generation.created', $2, 'generation', $3)`,
      values: [randomUUID(), user.userId, generationId],
    });
    await client.query({
      name: 'ledger',
      text: `insert into ledger_entries (id, generation_id, user_id, project_id, key_id, provider, kind, unit, day, held, spent)
        values ($1, $2, $3, $4, $5, 'genaipro', 'hold', 'credits', current_date, 1, 0)`,
      values: [randomUUID(), generationId, user.userId, projectId, keyId],
    });
    await client.query({
      name: 'balances',
      text: `insert into balances (scope, scope_id, unit, day, held, spent)
        select s::budget_scope, i, 'credits', current_date, 1, 0
        from unnest($1::text[], $2::uuid[]) as t(s, i)
        on conflict (scope, scope_id, unit, day) do update set held = balances.held + 1`,
      values: [
        ['all', 'project', 'user'],
        ['00000000-0000-0000-0000-000000000000', projectId, user.userId],
      ],
    });
    await client.query('commit');
    return reply.code(202).send(rows[0]);
  } finally {
    client.release();
  }
});

await app.listen({ host: '127.0.0.1', port: Number(PORT) });
process.send?.('ready');
