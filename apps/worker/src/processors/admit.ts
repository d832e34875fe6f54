import { admitWaiting } from '@veogate/shared/db/admission-repo';
import { toSlots } from '@veogate/shared/domain/waiting';
import { handOver } from '../hand-over.ts';
import type { Services } from '../services.ts';
import { reached } from '../steps.ts';

/** Fills the free slots, fairly, and hands each chosen generation a `submit` job. */
export function createAdmit(services: Services) {
  const { db, config, events } = services;
  const slots = toSlots(config);

  return async (): Promise<undefined> => {
    const admitted = await admitWaiting(db, slots);
    for (const { id } of admitted) reached('admit.committed', id);
    await handOver.submits(services, admitted);
    events.changed(...admitted.map(({ id }) => id));
  };
}
