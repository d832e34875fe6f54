import { Type } from 'typebox';
import { defineJob } from '../define-job.ts';

/** Counts what was generated and spent, by hour and day. */
export const rollUpUsage = defineJob({
  name: 'roll-up-usage',
  payload: Type.Object({}),
  concurrency: 1,
  attempts: 1,
  backoffMs: 1_000,
});
