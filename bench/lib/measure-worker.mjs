// @ts-check
// Loaded into a worker before its own code: notes how late each watch job begins, and tells when it is asked.
import { subscribe } from 'node:diagnostics_channel';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** @type {Map<string, number>} */
const due = new Map();
/** @type {number[]} */
let lateness = [];
const loop = monitorEventLoopDelay({ resolution: 10 });

subscribe('veogate.job', (message) => {
  const { job, id, event, dueAt } = /** @type {{ job: string, id: string, event: string, dueAt: number }} */ (
    message
  );
  if (job !== 'watch') return;
  if (event === 'delayed') due.set(id, dueAt);
  const at = due.get(id);
  if (event === 'started' && at !== undefined) lateness.push(Date.now() - at);
});

process.on('message', (message) => {
  if (message === 'begin') {
    lateness = [];
    loop.enable();
    loop.reset();
  }
  if (message === 'end') process.send?.({ lateness, loopP99Ms: loop.percentile(99) / 1e6 });
});
process.channel?.unref();
