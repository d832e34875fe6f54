import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';
import { hideFields, scrubText } from './scrub.ts';

const BINDINGS = ['authorization', 'cookie', 'secret', 'password', 'token', 'prompt', 'body'];

/** Named here, so that who holds one need not know pino. */
export interface Logger extends PinoLogger {}

/**
 * A JSON logger that lets no credential out. Fields with a telling name are hidden as they are logged; what looks like
 * a credential is masked in the finished line, so that no way into it (a message, its arguments, an error's stack or
 * cause, a child's bindings) goes around that.
 *
 * @param options.secrets asked at every line for further values to mask, such as the keys that are opened right now
 * @param options.destination where lines go; standard output where left out
 */
export function createLogger(options: {
  level: string;
  name: string;
  secrets?: () => readonly string[];
  destination?: DestinationStream;
}): Logger {
  const { level, name, secrets, destination = pino.destination({ dest: 1, sync: true }) } = options;
  return pino(
    {
      level,
      name,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      // Errors are taken apart by `hide`.
      serializers: { err: (error: unknown) => error },
      formatters: { log: (fields) => hideFields(fields) as Record<string, unknown> },
      // A child's bindings do not pass the formatter.
      redact: { paths: [...BINDINGS, ...BINDINGS.map((field) => `*["${field}"]`)], censor: '[hidden]' },
    },
    { write: (line) => destination.write(scrubText(line, secrets?.())) },
  );
}
