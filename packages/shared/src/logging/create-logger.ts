import { type DestinationStream, type Logger, pino } from 'pino';
import { scrub, scrubText } from './scrub.ts';

/**
 * A JSON logger that masks credentials by value in everything it writes.
 *
 * @param options.secrets asked at every line for further values to mask
 * @param options.destination where lines go; standard output where left out
 */
export function createLogger(options: {
  level: string;
  name: string;
  secrets?: () => readonly string[];
  destination?: DestinationStream;
}): Logger {
  const { level, name, secrets = () => [], destination } = options;
  return pino(
    {
      level,
      name,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      // Errors are taken apart by the scrubber, so that no serializer of pino's writes a message unseen.
      serializers: { err: (error: unknown) => error },
      formatters: { log: (fields) => scrub(fields, secrets()) as Record<string, unknown> },
      hooks: {
        logMethod(args, method) {
          const [first, ...rest] = args.map((arg: unknown) =>
            typeof arg === 'string' ? scrubText(arg, secrets()) : arg,
          );
          method.apply(this, [first, ...rest] as Parameters<typeof method>);
        },
      },
    },
    destination ?? pino.destination({ dest: 1, sync: true }),
  );
}
