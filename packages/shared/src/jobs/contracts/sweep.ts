import { Type } from 'typebox';
import { defineJob } from '../define-job.ts';

/** Finds work that lost its job, and ends what has waited too long. */
export const sweep = defineJob({
  name: 'sweep',
  payload: Type.Object({}),
  concurrency: 1,
  attempts: 1,
  backoffMs: 1_000,
});
