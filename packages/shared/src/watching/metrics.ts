import { createServer } from 'node:http';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Of answers and provider calls. Seconds. */
const SHORT = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** Of jobs. Seconds. */
const LONG = [0.01, 0.05, 0.25, 1, 5, 15, 60, 300, 1_800];

export type Metrics = ReturnType<typeof createMetrics>;

/**
 * What Prometheus reads of a process. Every label has few values, which are known beforehand: routes by their template,
 * never an id, an address or a name.
 */
export function createMetrics(service: 'api' | 'worker') {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    requests: new Histogram({
      ...{ name: 'veogate_http_request_duration_seconds', help: 'Answers, by route and status.', registers },
      ...{ labelNames: ['method', 'route', 'status'] as const, buckets: SHORT },
    }),
    streams: new Gauge({
      ...{ name: 'veogate_event_streams', help: 'Event streams that are open.', registers },
    }),
    jobs: new Histogram({
      ...{ name: 'veogate_job_duration_seconds', help: 'Jobs, by name and how they ended.', registers },
      ...{ labelNames: ['job', 'outcome'] as const, buckets: LONG },
    }),
    providerCalls: new Histogram({
      ...{ name: 'veogate_provider_call_duration_seconds', help: 'Calls to providers.', registers },
      ...{ labelNames: ['provider', 'call', 'outcome'] as const, buckets: SHORT },
    }),
    notices: new Counter({
      ...{ name: 'veogate_notices_total', help: 'Mails and alerts, by how they were taken.', registers },
      ...{ labelNames: ['kind', 'channel', 'outcome'] as const },
    }),
  };
}

/** What of the whole service is read from Postgres whenever somebody scrapes. */
export interface ServiceReading {
  mode: string;
  generations: readonly { state: string; count: number }[];
  oldestWaitSeconds: number | null;
  incidents: readonly { severity: string; count: number }[];
  keys: readonly { state: string; count: number }[];
  users: number;
  storedBytes: number;
}

/** How old a reading may be: several who scrape must not make the database work for each. Milliseconds. */
const READING_MS = 10_000;

/**
 * Adds gauges about the service as a whole; each process that does tells the same, so that one takes the highest.
 *
 * @returns reads them anew; called before each scrape
 */
export function addServiceGauges(
  { registry }: Pick<Metrics, 'registry'>,
  modes: readonly string[],
  read: () => Promise<ServiceReading>,
): () => Promise<void> {
  const registers = [registry];
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Gauge({ name, help, registers, labelNames });
  const mode = gauge('veogate_mode', 'The off switch: 1 for the position that it has.', ['mode']);
  const generations = gauge('veogate_generations', 'Generations that have not ended.', ['state']);
  const wait = gauge(
    'veogate_queue_oldest_wait_seconds',
    'How long the first in line waits who has nothing under way.',
  );
  const incidents = gauge('veogate_incidents_unresolved', 'Red flags that nobody has dealt with.', [
    'severity',
  ]);
  const keys = gauge('veogate_keys', 'Saved keys of providers.', ['state']);
  const users = gauge('veogate_users', 'Accounts.');
  const stored = gauge('veogate_stored_bytes', 'What files take.');
  const up = gauge('veogate_database_up', 'Whether Postgres answered the last scrape.');
  let readAt = 0;
  let reading: Promise<void> = Promise.resolve();

  async function take(): Promise<void> {
    try {
      const now = await read();
      for (const name of modes) mode.set({ mode: name }, name === now.mode ? 1 : 0);
      // What is gone is nought, and not what it was.
      for (const each of [generations, incidents, keys]) each.reset();
      for (const { state, count } of now.generations) generations.set({ state }, count);
      for (const { severity, count } of now.incidents) incidents.set({ severity }, count);
      for (const { state, count } of now.keys) keys.set({ state }, count);
      wait.set(now.oldestWaitSeconds ?? 0);
      users.set(now.users);
      stored.set(now.storedBytes);
      up.set(1);
    } catch {
      up.set(0);
    }
  }

  return () => {
    if (Date.now() - readAt >= READING_MS) {
      readAt = Date.now();
      reading = take();
    }
    return reading;
  };
}

/**
 * Serves metrics on a port of their own, which is nobody's but the operator's.
 *
 * @param options.refresh called before each scrape
 * @returns how to end it
 */
export async function serveMetrics(
  { registry }: Pick<Metrics, 'registry'>,
  { host, port, refresh = async () => {} }: { host: string; port: number; refresh?: () => Promise<void> },
): Promise<() => Promise<void>> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    refresh()
      .then(() => registry.metrics())
      .then(
        (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
        () => response.writeHead(500).end(),
      );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
}
