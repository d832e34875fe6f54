import type { ReactNode } from 'react';
import type { GenerationStatus } from '../api/types.ts';
import classes from './state-badge.module.css';

export type Tone = 'calm' | 'working' | 'done' | 'attention' | 'failed';

/** A state in a word, with the colour of its kind; the word alone says it too. */
export function StateBadge({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className={classes.badge} data-tone={tone}>
      {children}
    </span>
  );
}

export const toneOf: Record<GenerationStatus, Tone> = {
  queued: 'calm',
  in_progress: 'working',
  canceling: 'working',
  outcome_unknown: 'attention',
  expired: 'attention',
  succeeded: 'done',
  failed: 'failed',
  canceled: 'calm',
};
