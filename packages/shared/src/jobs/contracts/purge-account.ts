import { Type } from 'typebox';
import { defineJob } from '../define-job.ts';

/** Erases an account that is leaving, once its paid work is collected. */
export const purgeAccount = defineJob({
  name: 'purge-account',
  payload: Type.Object({ userId: Type.String() }),
  concurrency: 1,
  attempts: 3,
  backoffMs: 2_000,
});
