import type { Static, TSchema } from 'typebox';

/** What a job is called, what it carries and how it is tried again; lives apart from the code that does it. */
export interface JobContract<Name extends string = string, Payload extends TSchema = TSchema> {
  name: Name;
  /** Ids only: everything else is read from Postgres when the job runs. */
  payload: Payload;
  /** Jobs of this kind that one worker process runs at once. */
  concurrency: number;
  /** Tries in all after an error of our own; the sweep begins anew after the last. */
  attempts: number;
  /** Before the second try; doubles with each. Milliseconds. */
  backoffMs: number;
}

export type PayloadOf<Contract extends JobContract> = Static<Contract['payload']>;

export function defineJob<const Name extends string, Payload extends TSchema>(
  contract: JobContract<Name, Payload>,
): JobContract<Name, Payload> {
  return contract;
}
