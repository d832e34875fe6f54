import { type GenerationRow, isVisible, listChanged } from '@veogate/shared/db/generation-repo';
import { toView } from '@veogate/shared/db/generation-view';
import { listChangedKeys } from '@veogate/shared/db/key-repo';
import type { Viewer } from '@veogate/shared/db/project-repo';
import { createGenerationPresenter } from '../../present/generation.ts';
import { type KeyViewer, presentKey } from '../../present/key.ts';
import type { Services } from '../../services.ts';
import { createInbox, type Due, OVERLAP_MS } from './inbox.ts';

const HEARTBEAT_MS = 15_000;

export interface StreamRequest {
  viewer: Viewer & KeyViewer;
  /** Whether it may tell of keys. */
  mayReadKeys: boolean;
  /** Only this generation, and no keys; the stream ends when it does, or when the viewer may not see it any more. */
  generationId?: string;
  /** The `id:` of the last event that the client got. */
  lastEventId?: string | undefined;
  /** Ends the stream, as the client or the service goes. */
  signal: AbortSignal;
  /** Asked at every heartbeat; the stream ends once it says no. */
  isStillAllowed: () => Promise<boolean>;
}

type Needs = Pick<Services, 'db' | 'hub' | 'latencies' | 'config'>;

/**
 * The current state of generations and keys as they change, as server-sent events. Hints may get lost; what was missed
 * is read again from the database at every (re)connection, of the client and of our own listener.
 */
export async function* streamChanges(services: Needs, request: StreamRequest): AsyncGenerator<string> {
  const { db, hub } = services;
  const { viewer, generationId, signal } = request;
  const present = createGenerationPresenter(services);
  const inbox = createInbox(hub, {
    since: toTime(request.lastEventId),
    generationId,
    userId: viewer.userId,
    signal,
  });

  async function isStillAllowed(): Promise<boolean> {
    if (!(await request.isStillAllowed())) return false;
    return !generationId || isVisible(db, viewer, generationId);
  }

  async function readGenerations({ since, generations: ids }: Due): Promise<GenerationRow[]> {
    const rows = new Map<string, GenerationRow>();
    if (since) for (const row of await listChanged(db, viewer, { since })) rows.set(row.id, row);
    if (ids.length > 0) for (const row of await listChanged(db, viewer, { ids })) rows.set(row.id, row);
    return [...rows.values()].filter(({ id }) => !generationId || id === generationId);
  }

  async function* tellGenerations(rows: readonly GenerationRow[]): AsyncGenerator<string> {
    for (const { id, updatedAt } of rows.filter(({ deletedAt }) => deletedAt))
      yield toEvent('deleted', { id }, updatedAt.toISOString());
    for (const generation of await present(rows.filter(({ deletedAt }) => !deletedAt).map(toView)))
      yield toEvent('generation', generation, generation.updated_at);
  }

  async function* tellKeys({ since, keys: ids }: Due): AsyncGenerator<string> {
    if (generationId || !request.mayReadKeys || (!since && ids.length === 0)) return;
    const missed = since ? await listChangedKeys(db, viewer.userId, { since }) : [];
    const hinted = ids.length > 0 ? await listChangedKeys(db, viewer.userId, { ids }) : [];
    const rows = new Map([...missed, ...hinted].map((row) => [row.id, row]));
    // Without an id: a stream goes on from the last generation that it told of, and tells of all keys again.
    for (const row of rows.values()) yield toEvent('key', presentKey(row, viewer));
  }

  try {
    yield 'retry: 2000\n\n';
    while (!signal.aborted) {
      const due = inbox.take();
      // Whoever was signed out or suspended hears nothing more; whoever joined or left a project reads its lists again.
      if (due.accessChanged) {
        if (!(await isStillAllowed())) return;
        if (!generationId) yield toEvent('account', {});
      }
      const rows = await readGenerations(due);
      yield* tellGenerations(rows);
      yield* tellKeys(due);
      if (generationId && rows.some(isFinal)) return;
      if (await inbox.wait(HEARTBEAT_MS)) continue;
      if (!(await isStillAllowed())) return;
      yield ': still here\n\n';
    }
  } finally {
    inbox.close();
  }
}

function isFinal({ state, deletedAt }: GenerationRow): boolean {
  return deletedAt !== null || state === 'succeeded' || state === 'failed' || state === 'canceled';
}

function toEvent(name: string, data: object, id?: string): string {
  return `event: ${name}\n${id ? `id: ${id}\n` : ''}data: ${JSON.stringify(data)}\n\n`;
}

/** What a client that was away has to be told again; null for a new one, which reads the lists itself. */
function toTime(lastEventId: string | undefined): Date | null {
  const time = Date.parse(lastEventId ?? '');
  // Postgres does not know every time that a client may make up.
  return Number.isNaN(time) ? null : new Date(Math.max(0, time - OVERLAP_MS));
}
