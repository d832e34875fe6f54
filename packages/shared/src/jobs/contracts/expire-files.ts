import { Type } from 'typebox';
import { defineJob } from '../define-job.ts';

/** Deletes files whose time is over, and those that belong to nothing. */
export const expireFiles = defineJob({
  name: 'expire-files',
  payload: Type.Object({}),
  concurrency: 1,
  attempts: 3,
  backoffMs: 5_000,
});
