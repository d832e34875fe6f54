#!/usr/bin/env node
import { parseArgs } from 'node:util';
import type { SimulatorOptions } from './api.ts';
import { startSimulator } from './simulator.ts';

const simulator = await startSimulator(readOptions());
process.stdout.write(
  `${JSON.stringify({ event: 'listening', url: simulator.url, genaiproUrl: simulator.genaiproUrl })}\n`,
);

const stop = (): void => {
  simulator.close().then(
    () => process.exit(0),
    () => process.exit(1),
  );
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
// Spawned with an IPC channel, it ends with its parent, also where that was killed.
process.once('disconnect', stop);

/** A flag goes before its variable of the environment. */
function readOptions(): SimulatorOptions {
  const string = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      host: string,
      port: string,
      'state-file': string,
      'latency-ms': string,
      'video-size': string,
      'rate-limit': string,
    },
  });
  const { env } = process;
  const host = values.host ?? env['SIMULATOR_HOST'];
  const port = values.port ?? env['SIMULATOR_PORT'];
  const stateFile = values['state-file'] ?? env['SIMULATOR_STATE_FILE'];
  const latency = values['latency-ms'] ?? env['SIMULATOR_LATENCY_MS'];
  const size = values['video-size'] ?? env['SIMULATOR_VIDEO_SIZE'];
  if (size && size !== 'tiny' && size !== 'full')
    throw new Error(`the video size is tiny or full, not "${size}"`);
  const rate = values['rate-limit'] ?? env['SIMULATOR_RATE_LIMIT'];
  return {
    ...(host ? { host } : {}),
    ...(port ? { port: toNumber('port', port) } : {}),
    ...(stateFile ? { stateFile } : {}),
    ...(latency ? { latencyMs: toNumber('latency', latency) } : {}),
    ...(size === 'tiny' || size === 'full' ? { videoSize: size } : {}),
    ...(rate ? { rateLimitPerMinute: toNumber('rate limit', rate) } : {}),
  };
}

function toNumber(name: string, text: string): number {
  const value = Number(text);
  if (!(value >= 0)) throw new Error(`the ${name} must be a number, not "${text}"`);
  return value;
}
