import { Type } from 'typebox';
import { defineJob } from '../define-job.ts';

/** Lets every rule of the red flags look, and tells of what they find. */
export const checkFlags = defineJob({
  name: 'check-flags',
  payload: Type.Object({}),
  concurrency: 1,
  attempts: 1,
  backoffMs: 1_000,
});
