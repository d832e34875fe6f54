import { Type } from 'typebox';
import { defineJob } from '../define-job.ts';

/** Asks a provider about all the work of one key, and delays itself until something is due again. */
export const watch = defineJob({
  name: 'watch',
  payload: Type.Object({ keyId: Type.String(), fence: Type.Integer() }),
  concurrency: 64,
  attempts: 8,
  backoffMs: 1_000,
});
