import { Redis } from 'ioredis';
import type { SafetyFacts } from '../domain/safety/facts.ts';

const PATIENCE_MS = 3_000;

/** Asks a Redis, once, what it does when its memory is full. */
export async function askRedis(url: string): Promise<NonNullable<SafetyFacts['redis']>> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: PATIENCE_MS,
    commandTimeout: PATIENCE_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  client.on('error', () => {}); // The command that fails tells.
  try {
    await client.connect();
    // Managed ones may forbid CONFIG.
    const answer = await client.config('GET', 'maxmemory-policy').catch(() => null);
    return { policy: Array.isArray(answer) ? String(answer[1]) : null };
  } catch {
    return { problem: 'Redis does not answer.' };
  } finally {
    client.disconnect();
  }
}
