import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { freePort } from '../../scripts/lib/ports.mjs';
import { newSecret, type Stack, startStack } from '../support/stack.ts';

const root = join(import.meta.dirname, '../..');
/** What Prometheus itself knows of whoever it scrapes. */
const OF_PROMETHEUS = ['up'];

/** The value of the series with these labels; undefined where there is none. */
function read(text: string, name: string, labels: Record<string, string>): number | undefined {
  const line = text
    .split('\n')
    .find(
      (each) =>
        each.startsWith(`${name}{`) &&
        Object.entries(labels).every(([label, value]) => each.includes(`${label}="${value}"`)),
    );
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ')));
}

describe('the metrics', () => {
  let stack: Stack;
  let ports: { api: number; worker: number };
  beforeAll(async () => {
    ports = { api: await freePort(), worker: await freePort() };
    stack = await startStack({
      env: { API_METRICS_PORT: String(ports.api), WORKER_METRICS_PORT: String(ports.worker) },
    });
  });
  afterAll(() => stack?.close());

  const scrape = async (of: 'api' | 'worker') => {
    const answer = await fetch(`http://127.0.0.1:${ports[of]}/metrics`);
    expect(answer.status).toBe(200);
    return answer.text();
  };

  it('tell of answers, jobs and calls to providers, by labels that are few', async () => {
    const { client } = stack;
    const key = await client.addKey(newSecret());
    const { id } = await client.generate(key.id, { prompt: 'counted' });
    await client.waitForStatus(id, 'succeeded');
    await client.call('GET', `/v1/nothing/${id}`);
    const [api, worker] = [await scrape('api'), await scrape('worker')];
    const route = { method: 'GET', route: '/v1/generations/:id', status: '200' };
    expect(read(api, 'veogate_http_request_duration_seconds_count', route)).toBeGreaterThan(0);
    expect(read(api, 'veogate_mode', { mode: 'open' })).toBe(1);
    expect(read(api, 'veogate_mode', { mode: 'paused' })).toBe(0);
    expect(read(api, 'veogate_database_up', {})).toBe(1);
    expect(read(api, 'veogate_keys', { state: 'active' })).toBe(1);
    const submit = { provider: 'genaipro', call: 'submit', outcome: 'accepted' };
    expect(read(worker, 'veogate_job_duration_seconds_count', { job: 'submit', outcome: 'done' })).toBe(1);
    expect(read(worker, 'veogate_provider_call_duration_seconds_count', submit)).toBe(1);
    // Neither ids nor addresses nor names.
    for (const text of [api, worker]) {
      expect(text).not.toContain(id);
      expect(text).not.toContain(key.id);
      expect(text).not.toContain('127.0.0.1');
    }
  });

  it('are on a port of their own, and nowhere else', async () => {
    expect((await stack.client.call('GET', '/metrics')).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${ports.api}/v1/meta`)).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${ports.api}/metrics`, { method: 'POST' })).status).toBe(404);
  });

  it('hold everything that the dashboard and the alert rules ask for', async () => {
    const text = `${await scrape('api')}\n${await scrape('worker')}`;
    // Also those that have nothing to tell right now.
    const known = new Set(
      [...text.matchAll(/^# TYPE (\S+) (\w+)$/gm)].flatMap(([, name = '', type]) =>
        type === 'histogram' ? ['bucket', 'count', 'sum'].map((part) => `${name}_${part}`) : [name],
      ),
    );
    const rules = parse(await readFile(join(root, 'deploy/prometheus/veogate-alerts.yml'), 'utf8'));
    const dashboard = JSON.parse(await readFile(join(root, 'deploy/grafana/veogate.json'), 'utf8'));
    const expressions: string[] = [
      ...rules.groups.flatMap((group: { rules: { expr: string }[] }) => group.rules.map(({ expr }) => expr)),
      ...dashboard.panels.flatMap((panel: { targets: { expr: string }[] }) =>
        panel.targets.map(({ expr }) => expr),
      ),
    ];
    expect(expressions.length).toBeGreaterThan(15);
    for (const expression of expressions) {
      const names = [
        ...expression.matchAll(/\b(veogate_[a-z_]+|nodejs_[a-z0-9_]+|process_[a-z_]+|up)(?=[{\s)[]|$)/g),
      ];
      expect(names.length, expression).toBeGreaterThan(0);
      for (const [, name = ''] of names)
        expect(known.has(name) || OF_PROMETHEUS.includes(name), `${name} in ${expression}`).toBe(true);
    }
  });

  it('name runbooks that there are', async () => {
    const rules = await readFile(join(root, 'deploy/prometheus/veogate-alerts.yml'), 'utf8');
    const operations = await readFile(join(root, 'docs/operations.md'), 'utf8');
    const anchors = [...operations.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replace(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-'),
    );
    const named = [...rules.matchAll(/docs\/operations\.md#([\w-]+)/g)].map(([, anchor]) => anchor);
    expect(named.length).toBeGreaterThan(5);
    for (const anchor of named) expect(anchors).toContain(anchor);
  });
});
