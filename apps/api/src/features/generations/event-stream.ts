import type { Generation } from '@veogate/shared/contracts/generations';
import { type GenerationRow, listChanged } from '@veogate/shared/db/generation-repo';
import type { Services } from '../../services.ts';

/** Commits may become visible in another order than their times; so much is read again. Milliseconds. */
const OVERLAP_MS = 10_000;
const HEARTBEAT_MS = 15_000;

export interface StreamRequest {
  userId: string;
  /** Only this generation; the stream ends when it does. */
  generationId?: string;
  /** The `id:` of the last event that the client got. */
  lastEventId?: string | undefined;
  /** Ends the stream, as the client goes. */
  signal: AbortSignal;
  /** Asked at every heartbeat; the stream ends once it says no. */
  isStillAllowed: () => Promise<boolean>;
  present: (rows: readonly GenerationRow[]) => Promise<Generation[]>;
}

type Needs = Pick<Services, 'db' | 'hub'>;

/**
 * The current state of generations as they change, as server-sent events. Hints may get lost; what was missed is read
 * again from the database at every (re)connection, of the client and of our own listener.
 */
export async function* streamGenerations({ db, hub }: Needs, request: StreamRequest): AsyncGenerator<string> {
  const { userId, generationId, signal, isStillAllowed, present } = request;
  const changed = new Set<string>();
  let readSince: Date | null = toTime(request.lastEventId);
  let wake = (): void => {};
  const unsubscribe = hub.subscribe((ids) => {
    if (ids === null) readSince = readSince ?? new Date(lastSeen.getTime() - OVERLAP_MS);
    for (const id of ids ?? []) if (!generationId || id === generationId) changed.add(id);
    if (ids === null || changed.size > 0) wake();
  });
  const onAbort = (): void => wake();
  signal.addEventListener('abort', onAbort);
  let lastSeen = new Date();
  if (generationId) changed.add(generationId);

  try {
    yield 'retry: 2000\n\n';
    while (!signal.aborted) {
      const since = readSince;
      const ids = [...changed];
      readSince = null;
      changed.clear();
      const rows = new Map<string, GenerationRow>();
      if (since) for (const row of await listChanged(db, userId, { since })) rows.set(row.id, row);
      if (ids.length > 0) for (const row of await listChanged(db, userId, { ids })) rows.set(row.id, row);
      const shown = [...rows.values()].filter(({ id }) => !generationId || id === generationId);
      for (const row of shown.filter(({ deletedAt }) => deletedAt))
        yield toEvent('deleted', row.updatedAt, { id: row.id });
      const current = await present(shown.filter(({ deletedAt }) => !deletedAt));
      for (const generation of current)
        yield toEvent('generation', new Date(generation.updated_at), generation);
      if (generationId && shown.some(isFinal)) return;
      lastSeen = new Date();
      if (readSince || changed.size > 0) continue;
      const late = await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(true), HEARTBEAT_MS);
        wake = () => {
          clearTimeout(timer);
          resolve(false);
        };
        if (signal.aborted) wake();
      });
      if (!late) continue;
      if (!(await isStillAllowed())) return;
      yield ': still here\n\n';
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    unsubscribe();
  }
}

function isFinal({ state, deletedAt }: GenerationRow): boolean {
  return deletedAt !== null || state === 'succeeded' || state === 'failed' || state === 'canceled';
}

function toEvent(name: string, at: Date, data: object): string {
  return `event: ${name}\nid: ${at.toISOString()}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** What a client that was away has to be told again; null for a new one, which reads the list itself. */
function toTime(lastEventId: string | undefined): Date | null {
  const time = Date.parse(lastEventId ?? '');
  return Number.isNaN(time) ? null : new Date(time - OVERLAP_MS);
}
