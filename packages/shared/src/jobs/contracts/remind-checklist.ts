import { Type } from 'typebox';
import { defineJob } from '../define-job.ts';

/** Tells the operator what of the monitoring checklist is overdue, once a day. */
export const remindChecklist = defineJob({
  name: 'remind-checklist',
  payload: Type.Object({}),
  concurrency: 1,
  attempts: 1,
  backoffMs: 1_000,
});
