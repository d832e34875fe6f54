import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Overview, QueueReport, Retried, RetryQueue } from '@veogate/shared/contracts/admin-generations';
import { append } from '@veogate/shared/db/audit-repo';
import { listOpenBreakers } from '@veogate/shared/db/breaker-repo';
import { readChecklist } from '@veogate/shared/db/checklist-repo';
import {
  hasten,
  listProcesses,
  listTroubled,
  readDiskUse,
  readQueueDepth,
  readServiceNumbers,
  readStorageShares,
} from '@veogate/shared/db/generation-admin-repo';
import { countUnresolved } from '@veogate/shared/db/incident-repo';
import { readMode } from '@veogate/shared/db/mode-repo';
import { admin, auditor } from '../../access.ts';
import { createAdminPresenter } from '../../present/admin-generation.ts';
import type { Services } from '../../services.ts';

const MOST_TROUBLED = 100;

/** `/v1/admin/overview` and `/v1/admin/queue`: how the service does. */
export function queueRoutes(services: Services): FastifyPluginAsyncTypebox {
  const { db, queues, events, config, log } = services;
  const present = createAdminPresenter(services);

  return async (app) => {
    const tags = ['admin'];
    app.get(
      '/v1/admin/overview',
      {
        schema: { tags, summary: 'How the service does, in one look', response: { 200: Overview } },
        config: { access: auditor },
      },
      async () => {
        const [mode, incidents, checklist, numbers, depth, disk, users, processes] = await Promise.all([
          readMode(db),
          countUnresolved(db),
          readChecklist(db, config.ACCESS_PROFILE),
          readServiceNumbers(db),
          readQueueDepth(db),
          readDiskUse(db),
          readStorageShares(db),
          listProcesses(db),
        ]);
        const inState = (state: string) => checklist.filter((item) => item.state === state).length;
        return {
          mode,
          incidents,
          checklist: { due: inState('due'), overdue: inState('overdue') },
          users: { total: numbers.users, suspended: numbers.suspended, active_today: numbers.activeToday },
          keys: { active: numbers.keys, to_mend: numbers.keysToMend },
          queue: {
            waiting: numbers.waiting,
            in_flight: numbers.inFlight,
            oldest_wait_seconds: depth.oldestWaitSeconds,
          },
          today: { generations: numbers.generationsToday, failed: numbers.failedToday },
          storage: { bytes: numbers.storedBytes, disk_used_percent: disk, users },
          processes: processes.map(({ name, loopLagMs, memoryMb, seenAt }) => ({
            ...{ name, loop_lag_ms: loopLagMs, memory_mb: memoryMb },
            seen_at: seenAt.toISOString(),
          })),
        };
      },
    );

    app.get(
      '/v1/admin/queue',
      {
        schema: {
          tags,
          summary: 'What waits, what runs, and what does not go as it should',
          response: { 200: QueueReport },
        },
        config: { access: auditor },
      },
      async () => {
        const { states, oldestWaitSeconds } = await readQueueDepth(db);
        const jobs = await queues.counts().catch((error: unknown) => {
          log.warn({ err: error }, 'the queue did not tell its counts');
          return null;
        });
        return {
          backend: queues.backend,
          states,
          oldest_wait_seconds: oldestWaitSeconds,
          jobs,
          breakers: (await listOpenBreakers(db)).map(({ provider, until, reason }) => ({
            ...{ provider, reason },
            until: until.toISOString(),
          })),
          troubled: await present(await listTroubled(db, MOST_TROUBLED)),
        };
      },
    );

    app.post(
      '/v1/admin/queue/retry',
      {
        schema: {
          tags,
          summary: 'Try what waits for a later time at once',
          body: RetryQueue,
          response: { 200: Retried },
        },
        config: { access: admin },
      },
      async ({ caller, body: { generation_ids: ids }, ip }) => {
        const hastened = await db.$transaction(async (tx) => {
          const done = await hasten(tx, ids);
          await append(tx, {
            ...{ action: 'queue.retried', actorId: caller.userId, subject: 'queue' },
            detail: { asked: ids.length, retried: done.length },
            address: ip,
          });
          return done;
        });
        events.changed(...hastened.map(({ id }) => id));
        // It admits what waits, and takes up what is to be stored.
        await queues.hint('sweep', {});
        return { retried: hastened.length };
      },
    );
  };
}
