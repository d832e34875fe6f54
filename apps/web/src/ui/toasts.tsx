import { CloseButton } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { t } from '../strings/en.ts';
import classes from './toasts.module.css';

interface Toast {
  id: number;
  text: string;
  /** `silent`: for a screen reader alone, where the eye sees it happen. */
  tone: 'calm' | 'failed' | 'silent';
  action?: { label: string; run: () => void };
}

const SHOWN_MS = 6_000;

let toasts: readonly Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const tell of listeners) tell();
}

/**
 * Says something at the foot of the page, to the eye and to a screen reader.
 *
 * @returns how to take it away again
 */
export function toast(
  text: string,
  options: { tone?: Toast['tone']; action?: Toast['action']; ms?: number } = {},
): () => void {
  lastId += 1;
  const id = lastId;
  const { tone = 'calm', action, ms = SHOWN_MS } = options;
  set([...toasts.slice(-2), { id, text, tone, ...(action && { action }) }]);
  const remove = () => set(toasts.filter((other) => other.id !== id));
  setTimeout(remove, ms);
  return remove;
}

export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  const remove = (id: number) => set(toasts.filter((other) => other.id !== id));
  return (
    <div className={classes.region} role="status" aria-live="polite">
      {shown.map(({ id, text, tone, action }) => (
        <div key={id} className={classes.toast} data-tone={tone}>
          <span>{text}</span>
          {action && tone !== 'silent' && (
            <button
              type="button"
              className={classes.action}
              onClick={() => {
                action.run();
                remove(id);
              }}
            >
              {action.label}
            </button>
          )}
          {tone !== 'silent' && (
            <CloseButton
              size="lg"
              variant="transparent"
              className={classes.close}
              aria-label={t.actions.close}
              onClick={() => remove(id)}
            />
          )}
        </div>
      ))}
    </div>
  );
}
