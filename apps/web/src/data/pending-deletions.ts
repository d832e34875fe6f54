import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useCallback, useSyncExternalStore } from 'react';
import { toProblem } from '../api/problem.ts';
import { t } from '../strings/en.ts';
import { toast } from '../ui/toasts.tsx';
import { deleteGeneration } from './generations.ts';

/** Time to think again. Milliseconds. */
const UNDO_MS = 8_000;

let pending: ReadonlyMap<string, () => void> = new Map();
const listeners = new Set<() => void>();

function set(next: ReadonlyMap<string, () => void>): void {
  pending = next;
  for (const tell of listeners) tell();
}

function without(id: string): ReadonlyMap<string, () => void> {
  return new Map([...pending].filter(([other]) => other !== id));
}

// Leaving the page is not undoing: what was deleted is deleted.
addEventListener('pagehide', () => {
  for (const finish of pending.values()) finish();
});

/** Hides a generation at once, and deletes it for good when nobody undid that. */
function deleteLater(client: QueryClient, id: string): void {
  const finish = (): void => {
    clearTimeout(timer);
    deleteGeneration(client, id)
      .catch((error: unknown) =>
        toast(`${t.actions.deleteFailed} ${toProblem(error).message}`, { tone: 'failed' }),
      )
      .finally(() => set(without(id)));
  };
  const timer = setTimeout(finish, UNDO_MS);
  set(new Map(pending).set(id, finish));
  toast(t.actions.deleted, {
    ms: UNDO_MS,
    action: {
      label: t.actions.undo,
      run: () => {
        clearTimeout(timer);
        set(without(id));
      },
    },
  });
}

/** Generations that were deleted a moment ago, and how to delete one. */
export function usePendingDeletions() {
  const client = useQueryClient();
  const ids = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => pending,
  );
  return {
    isPending: (id: string) => ids.has(id),
    remove: useCallback((id: string) => deleteLater(client, id), [client]),
  };
}
