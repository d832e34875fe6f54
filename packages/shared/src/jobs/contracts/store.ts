import { Type } from 'typebox';
import { defineJob } from '../define-job.ts';

/** Fetches the outputs of one generation and keeps them. */
export const store = defineJob({
  name: 'store',
  payload: Type.Object({ generationId: Type.String() }),
  concurrency: 8,
  attempts: 8,
  backoffMs: 1_000,
});
