// @ts-check

/** What must not outlive this process, with the signal that ends it at once. @type {Map<number, NodeJS.Signals>} */
const live = new Map();

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal sent by `endAllAtOnce`
 */
export function track(child, signal) {
  const { pid } = child;
  if (pid === undefined) return;
  live.set(pid, signal);
  child.once('exit', () => live.delete(pid));
}

/** The last resort of someone who does not want to wait. */
export function endAllAtOnce() {
  for (const [pid, signal] of live) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has just ended.
    }
  }
}
