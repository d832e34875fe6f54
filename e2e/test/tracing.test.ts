import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newSecret, type Stack, startStack } from '../support/stack.ts';
import { waitFor } from '../support/wait-for.ts';

interface Span {
  traceId: string;
  name: string;
  attributes: { key: string; value: { stringValue?: string } }[];
}

const bodies: string[] = [];
const collector = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  if (request.url === '/v1/traces') bodies.push(body);
  response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
});
let stack: Stack;
beforeAll(async () => {
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo;
  stack = await startStack({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` } });
});
afterAll(async () => {
  await stack?.close();
  collector.close();
});

const spans = () =>
  bodies.flatMap((body) => {
    const { resourceSpans } = JSON.parse(body) as {
      resourceSpans: { scopeSpans: { spans: Span[] }[] }[];
    };
    return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  });

it('all of a generation’s life is one trace with its own id, and holds no secret', async () => {
  const { client } = stack;
  const secret = newSecret();
  const key = await client.addKey(secret);
  const made = await client.call<{ id: string }>('POST', '/v1/generations', {
    ...{
      model: 'genaipro/veo',
      kind: 'text_to_video',
      prompt: 'a prompt that nobody else reads',
      key_id: key.id,
    },
  });
  const { id } = made.body;
  await client.waitForStatus(id, 'succeeded');
  const traceId = id.replaceAll('-', '');
  const names = await waitFor('the whole trace', () => {
    const found = new Set(
      spans()
        .filter((span) => span.traceId === traceId)
        .map(({ name }) => name),
    );
    const whole = ['POST /v1/generations', 'job submit', 'provider submit', 'job store', 'provider download'];
    return whole.every((name) => found.has(name)) && found;
  });
  expect(names.size).toBeGreaterThanOrEqual(5);
  const [begun] = spans().filter(({ name }) => name === 'POST /v1/generations');
  const requestId = begun?.attributes.find(({ key: name }) => name === 'veogate.request_id')?.value
    .stringValue;
  expect(requestId).toBe(made.headers.get('x-request-id'));
  expect(stack.api.output()).toContain(`"generationId":"${id}"`);
  const sent = bodies.join('\n');
  expect(sent).not.toContain(secret);
  expect(sent).not.toContain('a prompt that nobody else reads');
  expect(sent).not.toContain(stack.token);
});
