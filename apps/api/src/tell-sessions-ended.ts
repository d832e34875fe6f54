import type { Retired } from '@veogate/shared/db/key-repo';
import type { Services } from './services.ts';

/** After sessions of a user ended: open event streams must not wait for their next heartbeat. */
export async function tellSessionsEnded(
  { events, queues }: Pick<Services, 'events' | 'queues'>,
  userId: string,
  { keys, canceled }: Retired,
): Promise<void> {
  events.accountChanged(userId);
  events.changed(...canceled);
  events.keyChanged(...keys);
  // It erases the ciphertext of keys that ended with their session.
  if (keys.length > 0) await queues.hint('sweep', {});
}
