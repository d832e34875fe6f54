import type { GenerationErrorEntry } from './errors/entry.ts';
import { type GenerationErrorCode, generationErrors, isGenerationErrorCode } from './errors/generations.ts';
import type { GenerationState } from './generation-state.ts';

/** States in which a generation carries an error; in others the code says why it waits, or is left over. */
const failedStates: readonly GenerationState[] = ['failed', 'expired', 'outcome_unknown'];

/** What a generation went wrong with; null where it did not. */
export function toFailure(generation: {
  state: GenerationState;
  errorCode: string | null;
}): (GenerationErrorEntry & { code: GenerationErrorCode }) | null {
  const { state, errorCode: code } = generation;
  if (!code || !isGenerationErrorCode(code) || !failedStates.includes(state)) return null;
  return { ...generationErrors[code], code };
}
