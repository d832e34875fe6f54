import { Type } from 'typebox';
import { defineJob } from '../define-job.ts';

/** Reads what is left on a key after its work, with a call that costs nothing. */
export const readQuota = defineJob({
  name: 'read-quota',
  payload: Type.Object({ keyId: Type.String() }),
  concurrency: 4,
  attempts: 1,
  backoffMs: 2_000,
});
