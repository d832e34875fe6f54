import { type OutputRead, recordRead } from '@veogate/shared/db/output-read-repo';
import type { Caller } from './plugins/session.ts';
import type { Services } from './services.ts';

/** Reads that this process knows to be written down: a player asks for one file many times. */
const REMEMBERED = 20_000;

type Read = Omit<OutputRead, 'reader' | 'userId'>;

/** Notes for the audit log who was sent which file. Never in the way of the file. */
export function createNoteRead({ db, log }: Pick<Services, 'db' | 'log'>) {
  const known = new Set<string>();

  return (caller: Caller, read: Read): void => {
    const reader = caller.session
      ? Buffer.from(caller.session.idHash).toString('hex')
      : (caller.token?.id ?? 'owner-token');
    const id = `${reader} ${read.generationId} ${read.index}`;
    if (known.has(id)) return;
    if (known.size >= REMEMBERED) known.clear();
    known.add(id);
    recordRead(db, { ...read, reader, userId: caller.userId }).catch((error: unknown) => {
      known.delete(id);
      log.warn({ err: error }, 'a read could not be written down');
    });
  };
}
