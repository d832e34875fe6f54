import { Type } from 'typebox';
import { defineJob } from '../define-job.ts';

/** Picks who is next, and hands each a `submit` job. */
export const admit = defineJob({
  name: 'admit',
  payload: Type.Object({}),
  concurrency: 1,
  attempts: 3,
  backoffMs: 500,
});
