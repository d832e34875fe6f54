import { Type } from 'typebox';
import { defineJob } from '../define-job.ts';

/** Asks a provider, with a call that costs nothing, whether a key is good, and for its quota. */
export const checkKey = defineJob({
  name: 'check-key',
  payload: Type.Object({ keyId: Type.String() }),
  concurrency: 8,
  attempts: 5,
  backoffMs: 2_000,
});
