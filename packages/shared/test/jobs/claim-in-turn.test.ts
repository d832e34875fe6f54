import { DelayedError, type IQueueBackend, Queue, Worker } from 'bullmq';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { runSql } from '../../../../scripts/lib/postgres.mjs';
import { createTestDatabase } from '../../../../test/support/database.ts';
import { openQueueBackend } from '../../src/jobs/queue-backend.ts';

const JOBS = 100;
const ROUNDS = 4;
const PARAMETERS = 'text, text, bigint, bigint, text, integer, bigint';

/** Has Postgres end every seventh claim as it does in a deadlock, and refuse one that meets another. */
const STAGED = `
  alter function bullmq.move_to_active(${PARAMETERS}) rename to really_move_to_active;
  create sequence bullmq.claims;
  grant usage on sequence bullmq.claims to public;
  create function bullmq.move_to_active(${PARAMETERS}) returns setof bullmq.job language plpgsql as $$
  begin
    if nextval('bullmq.claims') % 7 = 0 then
      raise exception using errcode = 'deadlock_detected', message = 'a staged deadlock';
    end if;
    if not pg_try_advisory_xact_lock(7) then raise exception 'two claims at once'; end if;
    return query select * from bullmq.really_move_to_active($1, $2, $3, $4, $5, $6, $7);
  end $$`;

describe('the queue on Postgres', () => {
  it('has jobs claimed one after the other, and does a claim again that Postgres ended', async () => {
    const database = await createTestDatabase();
    await runSql(database.ownerUrl, STAGED);
    const backend = openQueueBackend({ databaseUrl: database.url, listeners: 1 });
    const queue = new Queue('many', { ...backend.options }, backend.factory);
    const rounds = new Map<string, number>();
    const errors: string[] = [];
    const worker = new Worker<unknown, void, string, IQueueBackend>(
      'many',
      async (job, token) => {
        const round = (rounds.get(job.id ?? '') ?? 0) + 1;
        rounds.set(job.id ?? '', round);
        if (round === ROUNDS) return;
        await job.moveToDelayed(Date.now() + 20, token);
        throw new DelayedError();
      },
      { ...backend.options, concurrency: 32, removeOnComplete: { count: 0 } },
      backend.factory,
    );
    worker.on('error', ({ message }) => errors.push(message));
    worker.on('failed', (_, { message }) => errors.push(message));
    onTestFinished(async () => {
      await Promise.all([worker.close(), queue.close()]);
      await backend.close();
      await database.drop();
    });
    await queue.addBulk(
      Array.from({ length: JOBS }, (_, n) => ({ name: 'job', data: {}, opts: { jobId: `job-${n}` } })),
    );
    const done = () => [...rounds.values()].reduce((sum, round) => sum + round, 0);
    await vi.waitUntil(() => done() >= JOBS * ROUNDS || errors.length > 0, { timeout: 25_000 });
    expect(errors).toEqual([]);
    expect([...rounds.values()]).toEqual(Array.from({ length: JOBS }, () => ROUNDS));
  });
});
