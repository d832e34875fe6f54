import { readFile } from 'node:fs/promises';
import type { Key } from '@veogate/shared/contracts/keys';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canBrowse, launchBrowser, visit } from '../support/browser.ts';
import { newSecret, type Stack, startStack } from '../support/stack.ts';
import { waitFor } from '../support/wait-for.ts';

describe('a first video, from two pictures', () => {
  let stack: Stack;
  let key: Key;

  beforeAll(async () => {
    stack = await startStack({ simulator: { videoSize: 'full' } });
    key = await stack.client.addKey(newSecret());
  });
  afterAll(() => stack?.close());

  async function makeVideo(): Promise<string> {
    const { client } = stack;
    const picture = (background: string) =>
      sharp({ create: { width: 320, height: 180, channels: 3, background } })
        .png()
        .toBuffer();
    const image_ids = [
      await client.upload(new Uint8Array(await picture('#e33'))),
      await client.upload(new Uint8Array(await picture('#33e'))),
    ];
    const { id } = await client.generate(key.id, {
      kind: 'frames_to_video',
      prompt: 'from red to blue',
      image_ids,
    });
    const done = await client.waitForStatus(id, 'succeeded');
    expect(done.outputs[0]).toMatchObject({ width: 1280, height: 720 });
    expect(done.outputs[0]?.duration_ms).toBeGreaterThan(7_500);
    expect(stack.simulator.ledger()[0]).toMatchObject({ endpoint: 'frames-to-video', imageCount: 2 });
    return id;
  }

  it.skipIf(!canBrowse)('plays in Chromium, signed in by the launch link', async () => {
    const id = await makeVideo();
    const browser = await launchBrowser();
    try {
      const { page, complaints } = await visit(browser);
      const { client, token } = stack;
      await page.goto(`${client.url}/launch#token=${token}`);
      await page.waitForURL(`${client.url}/`);
      await page.goto(`${client.url}/generations/${id}`);
      // As text, because these tests are typed for Node and know no document.
      const readyState = () => page.evaluate<number>("document.querySelector('video')?.readyState ?? 0");
      await waitFor('the video to play', async () => (await readyState()) >= 2);
      const seen = await page.evaluate<{ seconds: number; width: number }>(
        "(({ duration, videoWidth }) => ({ seconds: duration, width: videoWidth }))(document.querySelector('video'))",
      );
      expect(seen.width).toBe(1280);
      expect(seen.seconds).toBeCloseTo(8, 0);
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});

it('the API has the private key nowhere: not in its environment, arguments, open files or modules', async () => {
  const stack = await startStack();
  try {
    const proc = (file: string) => readFile(`/proc/${stack.api.pid}/${file}`, 'utf8').catch(() => '');
    const seen = `${await proc('environ')}\n${await proc('cmdline')}\n${await proc('maps')}`;
    expect(seen).not.toMatch(/privateRing|PRIVATE_KEYS|FINGERPRINT/);
    const ring = JSON.parse(await readFile(`${stack.folder}/secrets/vault-private.json`, 'utf8')) as {
      keys: Record<string, string>;
    };
    for (const secret of Object.values(ring.keys)) expect(seen).not.toContain(secret);
    expect(await proc('environ')).toContain('VAULT_PUBLIC_KEYS_FILE');
  } finally {
    await stack.close();
  }
});
