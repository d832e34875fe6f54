import { describeError, type ErrorCode, type ErrorEntry, isErrorCode } from './errors.ts';
import type { GenerationState } from './generation-state.ts';

/** States in which a generation carries an error; in others the code says why it waits, or is left over. */
const failedStates: readonly GenerationState[] = ['failed', 'expired', 'outcome_unknown'];

/** What a generation went wrong with; null where it did not. `billing`: whether its provider bills for it. */
export function toFailure(generation: {
  state: GenerationState;
  errorCode: string | null;
}): (Omit<ErrorEntry, 'billing'> & { code: ErrorCode; billing: NonNullable<ErrorEntry['billing']> }) | null {
  const { state, errorCode } = generation;
  if (!errorCode || !isErrorCode(errorCode) || !failedStates.includes(state)) return null;
  const { billing = 'not_billed', ...entry } = describeError(errorCode);
  return { ...entry, code: errorCode, billing };
}
