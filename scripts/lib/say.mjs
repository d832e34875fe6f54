// @ts-check
const began = performance.now();

/**
 * Prints one line of progress with the time since the command began.
 * @param {string} line
 */
export function say(line) {
  console.log(`[${elapsed().padStart(6)} s] ${line}`);
}

/** Seconds since the command began, with one decimal. */
export function elapsed() {
  return ((performance.now() - began) / 1000).toFixed(1);
}

/** A reader that goes away early (`npm start | head`) must not bring the server down. */
export function ignoreClosedOutput() {
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
}
