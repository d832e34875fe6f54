// @ts-check

/** A situation that the person at the console can mend; its message is all that they need to read. */
export class Problem extends Error {
  /**
   * @param {string} message one or two sentences: what is wrong, and what to do
   * @param {{ details?: string[] }} [options] lines of output shown above the message
   */
  constructor(message, { details = [] } = {}) {
    super(message);
    this.name = 'Problem';
    this.details = details;
  }
}

/**
 * Prints any error for a person: a Problem as its sentence, everything else with its stack.
 * @param {unknown} error
 */
export function printProblem(error) {
  if (error instanceof Problem) {
    if (error.details.length > 0) console.error(`\n${error.details.map((line) => `    ${line}`).join('\n')}`);
    console.error(`\n${error.message}`);
    return;
  }
  console.error('\nSomething went wrong that Veogate has no sentence for:');
  console.error(error);
}

/** @param {unknown} error @returns {string | undefined} the system's code, such as `EACCES` */
export function codeOf(error) {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
