import { afterAll, beforeAll, expect, it } from 'vitest';
import { runOps } from '../support/run-ops.ts';
import { type Stack, startStack } from '../support/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ demo: true, env: { FLAGS_INTERVAL_MS: '300', COUNTS_EVERY_MS: '100' } });
});
afterAll(() => stack?.close());

it('a fire drill sees and stops everything, and leaves nothing behind', async () => {
  const { port } = new URL(stack.client.url);
  const { code, out, err } = await runOps(['drill'], {
    DATABASE_URL: stack.database.ownerUrl,
    DATA_DIR: stack.folder,
    PORT: port,
    SIMULATOR_URL: stack.simulator.url,
  });
  expect([code, err]).toEqual([0, '']);
  for (const name of ['A provider is down', 'Abuse', 'A leaked key', 'A restore'])
    expect(out).toContain(`${name}\n`);
  expect(out.match(/seen after +\d+(\.\d)? m?s/g)).toHaveLength(3);
  expect(out.match(/stopped within +\d+(\.\d)? m?s/g)).toHaveLength(3);
  expect(out).toContain('Everything was seen and stopped.');
  const user = await stack.db.user.findFirst({ where: { displayName: 'Fire drill' } });
  expect(user?.state ?? 'leaving').toBe('leaving');
  expect(await stack.db.incident.count({ where: { state: { not: 'resolved' } } })).toBe(0);
  const [{ databases } = { databases: 1n }] = await stack.db.$queryRaw<{ databases: bigint }[]>`
    select count(*) as databases from pg_database where datname like 'veogate_drill_%'`;
  expect(databases).toBe(0n);
  expect((await stack.client.call<{ mode: string }>('GET', '/v1/meta')).body.mode).toBe('open');
});
