import type { ServiceReading } from '../watching/metrics.ts';
import type { Transaction } from './client.ts';
import { readQueueDepth, readServiceNumbers } from './generation-admin-repo.ts';
import { readMode } from './mode-repo.ts';

/** What Prometheus is told of the service as a whole. */
export async function readService(db: Transaction): Promise<ServiceReading> {
  const [mode, depth, numbers, incidents, keys] = await Promise.all([
    readMode(db),
    readQueueDepth(db),
    readServiceNumbers(db),
    db.incident.groupBy({ by: ['severity'], where: { state: { not: 'resolved' } }, _count: true }),
    db.providerKey.groupBy({ by: ['state'], where: { state: { not: 'retired' } }, _count: true }),
  ]);
  return {
    mode,
    generations: depth.states,
    oldestWaitSeconds: depth.oldestWaitSeconds,
    incidents: incidents.map(({ severity, _count: count }) => ({ severity, count })),
    keys: keys.map(({ state, _count: count }) => ({ state, count })),
    users: numbers.users,
    storedBytes: numbers.storedBytes,
  };
}
