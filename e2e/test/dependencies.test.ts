import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ChecklistRun } from '@veogate/shared/contracts/checklist';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stack, startStack } from '../support/stack.ts';

describe('the look at what the service is built of', () => {
  const asked: { path: string; packages: Record<string, string[]> }[] = [];
  let answer: { status: number; body: string };
  const registry = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    asked.push({ path: request.url ?? '', packages: JSON.parse(text) });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
  });
  let stack: Stack;
  beforeAll(async () => {
    await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
    const { port } = registry.address() as AddressInfo;
    stack = await startStack({ env: { NPM_REGISTRY_URL: `http://127.0.0.1:${port}/npm` } });
  });
  afterAll(async () => {
    await stack?.close();
    registry.close();
  });
  const run = () =>
    stack.client.call<ChecklistRun & { code: string }>('POST', '/v1/admin/checklist/dependencies/run');

  it('tells the registry names and versions, and what it knows of them', async () => {
    const advisory = {
      url: 'https://github.com/advisories/GHSA-0000-0000-0000',
      title: 'Requests may be smuggled',
      severity: 'high',
      vulnerable_versions: '<99',
    };
    answer = { status: 200, body: JSON.stringify({ fastify: [advisory] }) };
    const { status, body } = await run();
    expect([status, body.ok]).toEqual([200, false]);
    expect(body.findings).toMatchObject([
      { severity: 'high', text: 'Requests may be smuggled (<99)', url: advisory.url },
    ]);
    const [{ path, packages } = { path: '', packages: {} }] = asked;
    expect(path).toBe('/npm/-/npm/v1/security/advisories/bulk');
    expect(Object.keys(packages)).toEqual(expect.arrayContaining(['fastify', 'bullmq', 'pg', 'sharp']));
    expect(packages['fastify']).toEqual([expect.stringMatching(/^\d+\.\d+\.\d+/)]);
  });

  it('says that there is nothing to do, and that it could not ask', async () => {
    answer = { status: 200, body: '{}' };
    expect((await run()).body).toMatchObject({ ok: true, findings: [] });
    for (const bad of [
      { status: 503, body: '{}' },
      { status: 200, body: '{"fastify":"everything is fine"}' },
    ]) {
      answer = bad;
      expect(await run()).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    }
  });
});
