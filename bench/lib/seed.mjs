// @ts-check
import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';

/**
 * One person, signed in, with a key of GenAIPro and finished generations of one output each.
 * @param {string} url the database, as its owner
 * @param {{ generations?: number }} [options]
 * @returns {Promise<{ userId: string, projectId: string, keyId: string, sessionId: string }>}
 */
export async function seed(url, { generations = 0 } = {}) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const sessionId = randomBytes(32).toString('base64url');
  const hash = createHash('sha256').update(sessionId).digest();
  const { rows } = await client.query(
    `with u as (insert into users (id, display_name) values (gen_random_uuid(), 'Reader') returning id),
      p as (insert into projects (id, name, kind) values (gen_random_uuid(), 'Personal', 'personal') returning id),
      m as (insert into project_members (project_id, user_id, role) select p.id, u.id, 'owner' from p, u),
      s as (insert into sessions (id_hash, user_id, expires_at, idle_expires_at)
        select $1, u.id, now() + interval '1 day', now() + interval '1 day' from u),
      k as (insert into provider_keys (id, owner_id, provider, label, hint, ring_id, state)
        select gen_random_uuid(), u.id, 'genaipro', 'Key', 'abcd', 'x', 'active' from u returning id),
      g as (insert into generations (id, project_id, user_id, key_id, provider, model, kind, prompt, count, state,
          hold_amount, unit, submitted_at, finished_at)
        select gen_random_uuid(), p.id, u.id, k.id, 'genaipro', 'genaipro/veo', 'text_to_video',
          'A paper boat sails down a gutter in the rain, take ' || n, 1, 'succeeded', 1, 'credits', now(), now()
        from p, u, k, generate_series(1, ${generations}) n returning id),
      o as (insert into operations (id, provider, operation_id, generation_id, position, state)
        select gen_random_uuid(), 'genaipro', g.id::text, g.id, 0, 'succeeded' from g returning id, generation_id)
    select u.id as user, p.id as project, k.id as key from u, p, k`,
    [hash],
  );
  const { user, project, key } = rows[0];
  await client.query(`
    insert into outputs (generation_id, index, operation_id, storage_key, mime_type, byte_size, sha256, width, height, duration_ms)
      select generation_id, 0, id, 'x', 'video/mp4', 1000000, repeat('a', 64), 1280, 720, 8000 from operations`);
  for (const [kind, held, spent] of [
    ['hold', 1, 0],
    ['settlement', -1, 1],
  ]) {
    await client.query(
      `insert into ledger_entries (id, generation_id, user_id, project_id, key_id, provider, kind, unit, day, held, spent)
        select gen_random_uuid(), id, $1, $2, $3, provider, $4::ledger_kind, 'credits', created_at::date, $5, $6
        from generations`,
      [user, project, key, kind, held, spent],
    );
  }
  await client.query('vacuum analyze');
  await client.end();
  return { userId: user, projectId: project, keyId: key, sessionId };
}
