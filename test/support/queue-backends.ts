import { once } from 'node:events';
import { connect } from 'node:net';

/** Where a queue under test runs: for `describe.each(queueBackends())`. */
export interface QueueBackendUnderTest {
  name: 'postgres' | 'redis';
  /** A Redis database of this test file's own; absent for Postgres. */
  redisUrl?: string;
}

// Vitest loads this module anew for every test file.
const redisUrl = await claimRedisDatabase();

/** Both backends where `npm test` has started a Redis; else Postgres alone. */
export function queueBackends(): QueueBackendUnderTest[] {
  if (redisUrl) return [{ name: 'postgres' }, { name: 'redis', redisUrl }];
  if (process.env['CI'] === 'true')
    throw new Error('There is no TEST_REDIS_URL. Run the tests with: npm test');
  return [{ name: 'postgres' }];
}

/** Takes the next unused database of the test server, which counts them in its database 0. */
async function claimRedisDatabase(): Promise<string | undefined> {
  const server = process.env['TEST_REDIS_URL'];
  if (!server) return undefined;
  const url = new URL(server);
  const socket = connect(Number(url.port || 6379), url.hostname);
  await once(socket, 'connect');
  socket.write('INCR veogate:test-databases\r\n');
  const [answer] = await once(socket, 'data');
  socket.destroy();
  const number = /^:(\d+)/.exec(String(answer))?.[1];
  if (!number) throw new Error(`The Redis for tests answered: ${answer}`);
  url.pathname = `/${number}`;
  return url.href;
}
