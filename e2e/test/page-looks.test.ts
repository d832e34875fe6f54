import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canBrowse, launchBrowser, signIn, type Visitor, visit } from '../support/browser.ts';
import { inspectPage } from '../support/inspect-page.ts';
import { makePicture, makeSampleWork, makeWaiting } from '../support/sample-work.ts';
import { newSecret, type Stack, startStack } from '../support/stack.ts';
import { waitFor } from '../support/wait-for.ts';

/** Every page and state, wide and narrow, light and dark. `npm run screenshots` takes the pictures on this way. */
describe.skipIf(!canBrowse)('every page and state is for everybody: wide, narrow, light, dark', () => {
  let stack: Stack;
  let browser: Browser;
  let visitor: Visitor;
  let page: Page;
  let url: string;

  beforeAll(async () => {
    stack = await startStack({
      simulator: { videoSize: 'full' },
      demo: true,
      // Two at once, so that a third stands in line; and a time of keeping, so that it is shown.
      env: { MAX_IN_FLIGHT_PER_KEY: '2', RETENTION_HOURS: '72' },
    });
    browser = await launchBrowser();
    url = stack.client.url;
    visitor = await visit(browser);
    page = visitor.page;
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.close();
  });

  /** Waits until the video or picture of a page is there to be seen. */
  const seePicture = async () => {
    const media = page.locator('main video[controls], main img').first();
    await media.waitFor();
    await waitFor('the picture', () =>
      media.evaluate((element) => {
        const { readyState, complete } = element as unknown as { readyState?: number; complete?: boolean };
        return complete === true || (readyState ?? 0) >= 2;
      }),
    );
  };
  const heading = (name: string | RegExp) => page.getByRole('heading', { name }).first().waitFor();

  describe('for somebody who is new', () => {
    it('signed out', async () => {
      await page.goto(url);
      await page.getByText('Open the launch link.').waitFor();
      await inspectPage(page, 'signed-out');
    });

    it('a launch link that is not whole', async () => {
      await page.goto(`${url}/launch`);
      await page.getByText('That did not work.').waitFor();
      await inspectPage(page, 'launch-failed');
    });

    it('the guide, without a key', async () => {
      visitor = await signIn(browser, stack.client);
      page = visitor.page;
      await heading('Your first video');
      await page.getByRole('button', { name: 'Take a demo key' }).waitFor();
      await inspectPage(page, 'studio-first-visit');
    });

    it('no keys', async () => {
      await page.goto(`${url}/keys`);
      await page.getByText('There is no key yet.').waitFor();
      await inspectPage(page, 'keys-empty');
    });

    it('an empty gallery', async () => {
      await page.goto(`${url}/gallery`);
      await page.getByText('Nothing has been made yet.').waitFor();
      await inspectPage(page, 'gallery-empty');
    });

    it('an address that does not exist', async () => {
      const answer = await page.goto(`${url}/nowhere`);
      expect(answer?.status()).toBe(404);
      await page.getByText('There is nothing here.').waitFor();
      await inspectPage(page, 'not-found');
    });

    it('the guide, to its end, which is a video', async () => {
      await page.goto(url);
      await page.getByRole('button', { name: 'Take a demo key' }).click();
      await page.getByText('A demo key is ready').waitFor();
      await page.getByRole('button', { name: /^A paper boat/ }).click();
      stack.simulator.addFaults([{ name: 'never_completes', promptIncludes: 'paper boat' }]);
      await page.getByRole('button', { name: /^Generate/ }).click();
      await page.getByText('It is under way.').waitFor();
      await page.getByText('Being made', { exact: true }).first().waitFor();
      await inspectPage(page, 'guide-under-way');
      stack.simulator.completeTasks();
      await page.getByText('There it is.').waitFor();
      await seePicture();
      await inspectPage(page, 'guide-finished');
      await page.getByRole('button', { name: 'Close' }).first().click();
    });
  });

  describe('for somebody with work under way', () => {
    let work: Awaited<ReturnType<typeof makeSampleWork>>;
    const open = async (path: string) => {
      await page.goto(url + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
    };
    const openGeneration = (id: string) => open(`/generations/${id}`);

    beforeAll(async () => {
      work = await makeSampleWork(stack);
      await makeWaiting(stack, work.key.id);
    });

    it('the studio', async () => {
      await open('/');
      await heading('Under way');
      await heading('Latest');
      await page
        .getByText(/in line/i)
        .first()
        .waitFor();
      await inspectPage(page, 'studio');
    });

    it('the studio, with a first and a last picture', async () => {
      await open('/');
      await page.getByRole('radio', { name: 'Frames' }).check();
      const first = {
        name: 'dawn.png',
        mimeType: 'image/png',
        buffer: await makePicture('#2b4a78', '#f0a35e'),
      };
      const last = {
        name: 'dusk.png',
        mimeType: 'image/png',
        buffer: await makePicture('#3a2152', '#c2453d'),
      };
      await page.locator('input[type=file]').first().setInputFiles([first, last]);
      await page.getByRole('button', { name: 'Swap first and last' }).waitFor();
      await page.getByRole('textbox', { name: 'Prompt' }).fill('From dawn to dusk over the same bay');
      await page
        .getByText(/usually about/)
        .first()
        .waitFor();
      await inspectPage(page, 'studio-frames');
    });

    it('the studio, with a picture that cannot be used', async () => {
      await page.getByRole('button', { name: 'Remove: Last' }).click();
      const broken = { name: 'broken.png', mimeType: 'image/png', buffer: Buffer.from('not a picture') };
      await page.locator('input[type=file]').first().setInputFiles([broken]);
      await page.getByRole('alert').filter({ hasText: 'image' }).first().waitFor();
      await inspectPage(page, 'studio-upload-failed');
      await page.getByRole('button', { name: 'Clear', exact: true }).click();
      await page.getByRole('radio', { name: 'Text' }).check();
    });

    it('the studio, paused by an administrator', async () => {
      await stack.db.$executeRaw`update service_mode set mode = 'paused'`;
      await open('/');
      await page.getByText('New work is paused by the administrator.').waitFor();
      await inspectPage(page, 'studio-paused');
      await stack.db.$executeRaw`update service_mode set mode = 'open'`;
    });

    it('the studio, when the service does not answer', async () => {
      await page.route('**/v1/models', (route) => route.abort());
      await open('/');
      await page.getByText('Veogate does not answer.').first().waitFor();
      await inspectPage(page, 'studio-away');
      await page.unroute('**/v1/models');
    });

    it('the studio, when the connection is lost', async () => {
      await page.route('**/v1/events', (route) => route.abort());
      await open('/');
      await page.getByText('Connection lost.').waitFor();
      await inspectPage(page, 'studio-connection-lost');
      await page.unroute('**/v1/events');
    });

    it('the menu', async () => {
      await open('/');
      await page.getByRole('button', { name: 'Account and appearance' }).click();
      await page.getByRole('button', { name: 'Sign out' }).waitFor();
      await inspectPage(page, 'menu');
    });

    it('the gallery', async () => {
      await open('/gallery');
      await page.getByRole('article').nth(8).waitFor();
      await inspectPage(page, 'gallery');
    });

    it('the gallery while it loads', async () => {
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      await page.route('**/v1/generations?*', async (route) => {
        await held;
        await route.continue().catch(() => {});
      });
      await open('/gallery');
      await page.getByRole('status', { name: 'Loading' }).first().waitFor();
      await inspectPage(page, 'gallery-loading');
      release();
      await page.unroute('**/v1/generations?*');
    });

    it('the gallery, where nothing fits the filters', async () => {
      await open('/gallery?q=zeppelin');
      await page.getByText('Nothing fits these filters.').waitFor();
      await inspectPage(page, 'gallery-no-match');
    });

    it.each([
      'done',
      'tall',
      'several',
      'frames',
      'still',
      'filtered',
      'unknown',
      'expired',
      'running',
    ] as const)('a generation: %s', async (name) => {
      await openGeneration(work[name].id);
      const hasOutput = ['done', 'tall', 'several', 'frames', 'still'].includes(name);
      if (hasOutput) await seePicture();
      await inspectPage(page, `generation-${name}`);
    });

    it('a generation, about to be given up', async () => {
      await openGeneration(work.unknown.id);
      await page.getByRole('button', { name: 'Give it up' }).click();
      await page.getByRole('dialog').waitFor();
      await inspectPage(page, 'generation-give-up');
      await page.keyboard.press('Escape');
    });

    it('keys in every state', async () => {
      const { client, simulator } = stack;
      const revoked = newSecret();
      const rejected = newSecret();
      simulator.configureKey(rejected, { status: 'unknown' });
      await client.addKey(rejected, 'rejected');
      const { id: needsEntry } = await client.addKey(revoked);
      simulator.configureKey(revoked, { status: 'revoked' });
      await client.call('POST', `/v1/keys/${needsEntry}/check`);
      const { id: retired } = await client.addKey(newSecret());
      await client.call('DELETE', `/v1/keys/${retired}`);
      await open('/keys');
      for (const state of ['Good', 'Refused', 'No longer accepted']) {
        await page.getByText(state, { exact: true }).first().waitFor();
      }
      await page.getByText(/^Retired \(/).click();
      await inspectPage(page, 'keys');
    });

    it('a key that cannot be one', async () => {
      await page.getByRole('textbox', { name: 'Key', exact: true }).fill('this is no key');
      await page.getByRole('button', { name: 'Seal and save' }).click();
      await page.getByText('begins with eyJ and holds').waitFor();
      await inspectPage(page, 'keys-refused');
    });

    it('a key about to be retired, with work under way', async () => {
      await open('/keys');
      const card = page.getByRole('article').filter({ hasText: 'under way' });
      await card.getByRole('button', { name: 'Retire' }).click();
      await page.getByText(/already sent will still be collected/).waitFor();
      await inspectPage(page, 'keys-retire');
    });

    it('and the browser had nothing to complain of on the whole way', () => {
      expect(visitor.complaints).toEqual([]);
    });
  });
});
