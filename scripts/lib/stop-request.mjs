// @ts-check
import { endAllAtOnce } from './live-processes.mjs';
import { say } from './say.mjs';

/** npm passes a terminal's Ctrl-C on to a program that the terminal has told already. */
const SAME_PRESS_MS = 1_000;

/**
 * Listens for Ctrl-C, SIGTERM, a closed terminal, and the end of a parent that holds an IPC channel.
 * The second Ctrl-C ends everything at once.
 * @param {{ onForce: () => void }} options called right before this process ends by force
 * @returns {AbortSignal} aborted when a stop is asked for
 */
export function listenForStop({ onForce }) {
  const stop = new AbortController();
  let last = 0;
  const ask = () => {
    const now = performance.now();
    const isEcho = last > 0 && now - last < SAME_PRESS_MS;
    last = now;
    if (isEcho) return;
    if (!stop.signal.aborted) {
      console.log('');
      say('Stopping … (Ctrl-C again to stop at once)');
      stop.abort(new Error('stopped'));
      return;
    }
    say('Stopped at once.');
    endAllAtOnce();
    onForce();
    process.exit(1);
  };
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, ask);
  process.once('disconnect', ask);
  watchNpm(ask);
  return stop.signal;
}

/** npm passes signals on, but not its own sudden end. @param {() => void} onGone */
function watchNpm(onGone) {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const npm = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(timer);
    onGone();
  }, 1_000);
  timer.unref();
}
