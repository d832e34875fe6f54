import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newWebhookSecret, signMessage } from '../../src/webhooks/sign.ts';

type ReadWebhook = (secret: string, headers: Record<string, string>, body: string) => unknown;

let folder: string;
let readWebhook: ReadWebhook;
beforeAll(async () => {
  const page = await readFile(join(import.meta.dirname, '../../../../docs/webhooks.md'), 'utf8');
  const code = /```js\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  folder = await mkdtemp(join(tmpdir(), 'veogate-docs-'));
  await writeFile(join(folder, 'example.mjs'), code);
  ({ readWebhook } = (await import(pathToFileURL(join(folder, 'example.mjs')).href)) as {
    readWebhook: ReadWebhook;
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const body = '{"type":"webhook.test","metadata":"ä"}';
const [secret, other] = [newWebhookSecret(), newWebhookSecret()];
const sign = (secrets: string[], timestamp = new Date()) =>
  signMessage({ id: 'x', timestamp, body }, secrets);

it('the example of the documentation takes what is signed, by either secret of a rotation', () => {
  for (const each of [secret, other])
    expect(readWebhook(each, sign([secret, other]), body)).toEqual(JSON.parse(body));
});

it('and nothing that is forged, changed, old or unsigned', () => {
  const old = new Date(Date.now() - 600_000);
  for (const [headers, text] of [
    [sign([other]), body],
    [sign([secret]), `${body} `],
    [sign([secret], old), body],
    [{ ...sign([secret]), 'webhook-id': 'y' }, body],
    [{}, body],
  ] as const)
    expect(() => readWebhook(secret, headers, text)).toThrow('not to be trusted');
});
