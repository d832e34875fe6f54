// @ts-check
// Loaded into a worker before its own code. It listens to the steps that the worker publishes and, where it was told
// to, ends or stops the process in the very moment: what comes after the step has not begun.
import { subscribe } from 'node:diagnostics_channel';

/** @type {{ step: string, signal: NodeJS.Signals, countdown: number } | undefined} */
let order;

process.on('message', (message) => {
  if (typeof message === 'object' && message !== null && 'chaos' in message) {
    order = /** @type {{ chaos: typeof order }} */ (message).chaos;
  }
});
// The listener alone must not keep a worker alive that has nothing left to do.
process.channel?.unref();

subscribe('veogate.step', (report) => {
  const { step } = /** @type {{ step: string }} */ (report);
  if (!order || order.step !== step) return;
  order.countdown -= 1;
  if (order.countdown > 0) return;
  const { signal } = order;
  order = undefined;
  process.kill(process.pid, signal);
});
