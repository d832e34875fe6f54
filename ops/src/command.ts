/** One thing that an operator can do. */
export interface Command {
  /** A line for the list of commands. */
  summary: string;
  /** What `--help` prints. */
  usage: string;
  /** Returns the exit code. Throws a UsageError or a Problem. */
  run(args: string[], env: NodeJS.ProcessEnv): Promise<number>;
}

/** Thrown where a command was called in a way that it does not know. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Thrown where something stands in the way that the operator can mend; its message is all that they need. */
export class Problem extends Error {
  override readonly name = 'Problem';
}
