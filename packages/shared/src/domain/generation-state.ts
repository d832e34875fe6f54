/**
 * A generation's life. This table decides which change of state is legal; everything else asks it.
 */
export const transitions = {
  /** Committed, budget held. */
  queued: ['admitted', 'canceled'],
  /** Picked fairly; a `submit` job exists or the sweep makes one. */
  admitted: ['submitting', 'queued', 'canceled'],
  /** One worker holds the lease; a submission is committed before the call. Back to `queued`: certainly not sent. */
  submitting: ['running', 'failed', 'queued', 'outcome_unknown'],
  /** The provider's operation ids are stored. */
  running: ['storing', 'failed', 'canceled', 'expired'],
  /** Outputs stream to storage. Back to `running`: a fresh URL is needed. */
  storing: ['succeeded', 'running', 'expired'],
  /** The provider may have accepted and may bill. */
  outcome_unknown: ['running', 'failed', 'expired'],
  /** The deadline passed; the operation ids are kept. */
  expired: ['running'],
  succeeded: [],
  failed: [],
  canceled: [],
} as const satisfies Record<string, readonly string[]>;

export type GenerationState = keyof typeof transitions;

export const generationStates = Object.keys(transitions) as GenerationState[];

/** Whether the table lets `from` become `to`. */
export function mayBecome(from: GenerationState, to: GenerationState): boolean {
  return (transitions[from] as readonly GenerationState[]).includes(to);
}

/** The states that may become `to`. */
export function sourcesOf(to: GenerationState): GenerationState[] {
  return generationStates.filter((from) => mayBecome(from, to));
}

/** States that occupy one of the slots that admission hands out. */
export const inFlightStates = [
  'admitted',
  'submitting',
  'running',
  'storing',
] as const satisfies GenerationState[];

/** States in which paid work may still be collected, so the key must stay openable. */
export const collectableStates = [
  'submitting',
  'running',
  'storing',
  'outcome_unknown',
] as const satisfies GenerationState[];

/** States in which a price is held: not settled yet. */
export const heldStates = ['queued', 'admitted', ...collectableStates] as const satisfies GenerationState[];

/** Nothing more happens to these, save that a late operation id reopens a dismissed failure. */
export const finalStates = generationStates.filter((state) => transitions[state].length === 0);

/**
 * Whether a late operation id sets the generation running again. Ids are never refused: the provider accepted this
 * work and bills it, whatever was believed before.
 */
export function isReopenedByOperation(state: GenerationState, dismissed: boolean): boolean {
  return mayBecome(state, 'running') ? state !== 'storing' : state === 'failed' && dismissed;
}

export type GenerationStatus =
  | 'queued'
  | 'in_progress'
  | 'canceling'
  | 'outcome_unknown'
  | 'expired'
  | 'succeeded'
  | 'failed'
  | 'canceled';

/** What the API calls a state. `cancelRequested`: its owner asked a provider that can cancel. */
export function toStatus(state: GenerationState, cancelRequested: boolean): GenerationStatus {
  switch (state) {
    case 'admitted':
      return 'queued';
    case 'submitting':
    case 'storing':
      return 'in_progress';
    case 'running':
      return cancelRequested ? 'canceling' : 'in_progress';
    default:
      return state;
  }
}
