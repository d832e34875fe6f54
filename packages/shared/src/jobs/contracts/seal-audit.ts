import { Type } from 'typebox';
import { defineJob } from '../define-job.ts';

/** Seals what was written to the audit log, and lets months go that are old enough. */
export const sealAudit = defineJob({
  name: 'seal-audit',
  payload: Type.Object({}),
  concurrency: 1,
  attempts: 3,
  backoffMs: 5_000,
});
