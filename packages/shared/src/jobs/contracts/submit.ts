import { Type } from 'typebox';
import { defineJob } from '../define-job.ts';

/** Hands one generation to its provider, at most once. */
export const submit = defineJob({
  name: 'submit',
  payload: Type.Object({ generationId: Type.String() }),
  concurrency: 32,
  attempts: 5,
  backoffMs: 1_000,
});
