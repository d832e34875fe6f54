import { setTimeout as sleep } from 'node:timers/promises';
import { type AcceptedWork, recordOperations } from '@veogate/shared/db/operation-repo';
import { handOver } from './hand-over.ts';
import { paceOf } from './pace-of.ts';
import type { Services } from './services.ts';
import { reached } from './steps.ts';

/** A database that takes longer may be about to die, and this process with it. Milliseconds. */
const JOURNAL_AFTER_MS = 1_000;

type Needs = Pick<Services, 'db' | 'journal' | 'log' | 'queues' | 'events' | 'providers'>;

/**
 * Keeps the ids that a provider gave, whatever else is broken: in Postgres, or on the local disk until Postgres is
 * back. Then starts the watcher.
 */
export async function keepOperations(services: Needs, work: AcceptedWork): Promise<void> {
  const { journal, log } = services;
  const { generationId } = work;
  const published = publish(services, work);
  const state = await Promise.race([
    published.then(
      () => 'kept' as const,
      () => 'failed' as const,
    ),
    sleep(JOURNAL_AFTER_MS, 'slow' as const, { ref: false }),
  ]);
  if (state === 'kept') return;
  log.warn({ generationId, state }, 'operation ids go to the journal');
  // Kept twice is harmless: a replay of known ids changes nothing.
  await journal.write(work);
  // Whether it was the database or the ids themselves shows at the next replay, by the sweep.
  await published.catch((error: unknown) =>
    log.error({ err: error, generationId }, 'ids are in the journal'),
  );
}

/** Brings what the journal kept into Postgres. Throws while Postgres is away; nothing is lost by that. */
export async function replayJournal(services: Needs): Promise<number> {
  return services.journal.replay((work) => publish(services, work));
}

async function publish(services: Needs, work: AcceptedWork): Promise<void> {
  const { erased, watch } = await recordOperations(services.db, work, paceOf(services, work.provider));
  reached('submit.recorded', work.generationId);
  if (erased) {
    services.log.warn(
      { generationId: work.generationId },
      'operation ids came after their account was erased',
    );
    return;
  }
  await handOver.watch(services, watch);
  services.events.changed(work.generationId);
}
