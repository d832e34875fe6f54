import { channel } from 'node:diagnostics_channel';

/**
 * The boundaries between the steps of a generation's life: what is durable when each is reached. They are published
 * on a diagnostics channel, which costs nothing while nobody listens.
 *
 * @public The fault harness goes through all of them.
 */
export const steps = {
  'admit.committed': 'It is admitted; no submit job exists yet.',
  'submit.claimed': 'The intent is committed; nothing was sent.',
  'submit.prepared': 'Inputs are read and the key is open; the lease is about to be checked again.',
  'submit.sending': 'The very next thing is the billable call.',
  'submit.answered': 'The provider has answered; nothing of it is written.',
  'submit.recorded': 'The answer is in Postgres; no watcher was told.',
  'submit.done': 'The answer is recorded, and the next job handed over.',
  'journal.written': 'The ids are on the local disk, because Postgres did not take them.',
  'watch.loaded': 'The watcher knows what to ask for.',
  'watch.polled': 'The provider has told how the operations stand; nothing of it is written.',
  'watch.finished': 'An operation’s end is in Postgres; no store job exists yet.',
  'store.started': 'It is storing; nothing was fetched.',
  'store.fetched': 'A file is whole under a temporary name.',
  'store.kept': 'The file has its name; no row speaks of it.',
  'store.recorded': 'The output’s row is committed; the generation is still storing.',
  'store.finished': 'It has succeeded and is settled; nobody was told.',
} as const satisfies Record<string, string>;

export type Step = keyof typeof steps;

const reports = channel('veogate.step');

/** Says that a step was reached. @param id of the generation, or of the key for the watcher's own */
export function reached(step: Step, id: string): void {
  if (reports.hasSubscribers) reports.publish({ step, id });
}
