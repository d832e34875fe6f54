import { type AcceptedWork, recordOperations } from '@veogate/shared/db/operation-repo';
import { handOver } from './hand-over.ts';
import type { Services } from './services.ts';

type Needs = Pick<Services, 'db' | 'journal' | 'log' | 'queues' | 'events'>;

/**
 * Keeps the ids that a provider gave, whatever else is broken: in Postgres, or on the local disk until Postgres is
 * back. Then starts the watcher.
 */
export async function keepOperations(services: Needs, work: AcceptedWork): Promise<void> {
  const { db, journal, log } = services;
  try {
    await publish(services, work);
  } catch (error) {
    log.error({ err: error, generationId: work.generationId }, 'operation ids go to the journal');
    await journal.write(work);
    // Whether it was the database or the ids themselves shows at the next replay.
    if (await isAnswering(db)) await replayJournal(services);
  }
}

/** Brings what the journal kept into Postgres. Throws while Postgres is away; nothing is lost by that. */
export async function replayJournal(services: Needs): Promise<number> {
  return services.journal.replay((work) => publish(services, work));
}

async function publish(services: Needs, work: AcceptedWork): Promise<void> {
  const watch = await recordOperations(services.db, work);
  if (!watch) {
    services.log.warn(
      { generationId: work.generationId },
      'operation ids came after their account was erased',
    );
    return;
  }
  await handOver.watch(services, watch);
  services.events.changed(work.generationId);
}

async function isAnswering(db: Services['db']): Promise<boolean> {
  return db.$queryRaw`select 1`.then(
    () => true,
    () => false,
  );
}
