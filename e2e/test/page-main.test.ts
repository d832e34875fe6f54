import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { canBrowse, desk, launchBrowser, phone, signIn, type Visitor, visit } from '../support/browser.ts';
import { makePicture } from '../support/sample-work.ts';
import { newSecret, type Stack, startStack } from '../support/stack.ts';
import { waitFor } from '../support/wait-for.ts';

/** Bytes of compressed script that the first page may load. */
const SCRIPT_BUDGET = 180 * 1024;

describe.skipIf(!canBrowse)('the main way: from a prompt to a playing video', () => {
  let stack: Stack;
  let browser: Browser;
  let visitor: Visitor | undefined;

  beforeAll(async () => {
    stack = await startStack({ demo: true });
    browser = await launchBrowser();
  });
  afterEach(async () => {
    expect(visitor?.complaints ?? []).toEqual([]);
    await visitor?.page.context().close();
    visitor = undefined;
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.close();
  });

  const enter = async (options: Parameters<typeof signIn>[2] = {}): Promise<Page> => {
    // Videos play by themselves for whoever likes motion.
    visitor = await signIn(browser, stack.client, { reducedMotion: 'no-preference', ...options });
    return visitor.page;
  };
  const promptOf = (page: Page) => page.getByRole('textbox', { name: 'Prompt' });
  /** The request arrives, and its answer does not. */
  const generateAndLoseAnswer = async (page: Page): Promise<void> => {
    await page.route('**/v1/generations', async (route) => {
      await route.fetch();
      await route.abort();
    });
    await page.getByRole('button', { name: /^Generate/ }).click();
    await page.getByRole('alert').getByText('Veogate does not answer.').waitFor();
    await page.unroute('**/v1/generations');
  };
  const countOf = (prompt: string) => stack.db.generation.count({ where: { prompt } });
  /** Tests are typed for Node, which knows no document: what runs in the page is text. */
  const isPlaying = (page: Page) =>
    page.evaluate<boolean>(
      "(() => { const video = document.querySelector('video[controls]'); return !!video && !video.paused && video.currentTime > 0; })()",
    );

  it('a newcomer takes the demo key and a sample, and the video is there', async () => {
    const page = await enter();
    await page.getByRole('button', { name: 'Take a demo key' }).click();
    await page.getByText('A demo key is ready').waitFor();
    await page.getByRole('button', { name: /^A paper boat/ }).click();
    await page.getByRole('button', { name: /^Generate/ }).click();
    await page.getByText('There it is.').waitFor();
    const video = page.locator('video[controls]');
    await waitFor('the video to be readable', () =>
      video.evaluate((element) => (element as unknown as { readyState: number }).readyState >= 1),
    );
    expect(await countOf('A paper boat sails down a gutter in the rain, evening light')).toBe(1);
  });

  it('the launch token stays in no address and no history', async () => {
    visitor = await visit(browser);
    const { page } = visitor;
    await page.goto(`${stack.client.url}/launch#token=${stack.token}`);
    await page.waitForURL(`${stack.client.url}/`);
    expect(page.url()).not.toContain(stack.token);
    await page.goBack().catch(() => null);
    expect(page.url()).not.toContain(stack.token);
  });

  it.each([
    ['at a desk', { viewport: desk }],
    ['on a phone', { viewport: phone, hasTouch: true, isMobile: true }],
  ])('%s: write, generate, open, play, download', async (where, options) => {
    const page = await enter(options);
    const prompt = `A kite over the dunes, seen ${where}`;
    await promptOf(page).fill(prompt);
    await page.getByRole('button', { name: /^Generate/ }).click();
    const card = page.getByRole('article', { name: prompt });
    await card.locator('video').waitFor();
    await card.getByRole('link', { name: prompt }).click();
    await waitFor('the video to play', () => isPlaying(page));
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download' }).click(),
    ]);
    const file = await readFile(await download.path());
    expect(file.subarray(4, 8).toString('latin1')).toBe('ftyp');
    expect(download.suggestedFilename()).toMatch(/^veogate-.*\.mp4$/);
  });

  it('by the keyboard alone', async () => {
    const page = await enter();
    const prompt = 'A clock tower at noon, by keyboard';
    const focused = () =>
      page.evaluate<string>(
        "(({ tagName, ariaLabel, textContent }) => tagName + ' ' + (ariaLabel ?? textContent))(document.activeElement)",
      );
    const tabTo = async (pattern: RegExp): Promise<void> => {
      for (let presses = 0; presses < 80; presses += 1) {
        if (pattern.test(await focused())) return;
        await page.keyboard.press('Tab');
      }
      throw new Error(`Tab never reached ${pattern}.`);
    };
    await promptOf(page).waitFor();
    await tabTo(/Skip to the content/);
    await page.keyboard.press('Enter');
    await tabTo(/^TEXTAREA/);
    await page.keyboard.press('Control+A');
    await page.keyboard.type(prompt);
    await tabTo(/^SELECT/);
    await page.keyboard.press('Control+Enter');
    await page.getByRole('article', { name: prompt }).locator('video').waitFor();
    await tabTo(new RegExp(`^A ${prompt}`));
    await page.keyboard.press('Enter');
    await waitFor('the video to play', () => isPlaying(page));
    await tabTo(/^VIDEO/);
    await page.keyboard.press('Space');
    await waitFor('the video to stop', async () => !(await isPlaying(page)));
  });

  it('what is written survives a reload, with its pictures and settings', async () => {
    const page = await enter();
    await page.getByRole('radio', { name: 'Image', exact: true }).check();
    await promptOf(page).fill('A draft that stays');
    await page.getByRole('radio', { name: 'Tall 9:16' }).check();
    await page.getByRole('radio', { name: '3', exact: true }).check();
    const picture = { name: 'a.png', mimeType: 'image/png', buffer: await makePicture('#234', '#876') };
    await page.locator('input[type=file]').setInputFiles([picture]);
    await page.getByText('3 credits').waitFor();
    await page
      .getByText(/usually about/)
      .first()
      .waitFor();
    await page.reload();
    await page.getByRole('img', { name: 'First image' }).waitFor();
    expect(await promptOf(page).inputValue()).toBe('A draft that stays');
    expect(await page.getByRole('radio', { name: 'Tall 9:16' }).isChecked()).toBe(true);
    expect(await page.getByRole('radio', { name: '3', exact: true }).isChecked()).toBe(true);
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
  });

  it('pictures come by drop and by paste, and go on as first and last', async () => {
    const page = await enter();
    await page.getByRole('radio', { name: 'Frames' }).check();
    const base64 = (await makePicture('#246', '#f80')).toString('base64');
    // Made in the page: a file that is dropped or pasted cannot be had from outside.
    const give = (type: 'drop' | 'paste') =>
      page.evaluate(`(() => {
        const bytes = Uint8Array.from(atob(${JSON.stringify(base64)}), (c) => c.charCodeAt(0));
        const data = new DataTransfer();
        data.items.add(new File([bytes], '${type}.png', { type: 'image/png' }));
        const target = document.querySelector('textarea');
        const event = '${type}' === 'drop'
          ? new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })
          : new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
        target.dispatchEvent(event);
      })()`);
    await give('drop');
    await page.getByRole('img', { name: 'First image' }).waitFor();
    await give('paste');
    await page.getByRole('img', { name: 'Last image' }).waitFor();
    const prompt = 'Between two pictures';
    await promptOf(page).fill(prompt);
    await page
      .getByText(/usually about/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: /^Generate/ }).click();
    await page.getByRole('article', { name: prompt }).locator('video').waitFor();
    expect(stack.simulator.ledger().find((entry) => entry.prompt === prompt)).toMatchObject({
      imageCount: 2,
    });
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    await page.getByRole('radio', { name: 'Text' }).check();
  });

  it('an answer that was lost is asked for again, and one generation comes of it', async () => {
    const page = await enter();
    const prompt = 'Asked for twice, made once';
    await promptOf(page).fill(prompt);
    await generateAndLoseAnswer(page);
    await page.getByRole('button', { name: /^Generate/ }).click();
    await page.getByRole('alert').getByText('Veogate does not answer.').waitFor({ state: 'detached' });
    await page.getByRole('article', { name: prompt }).locator('video').waitFor();
    expect(await countOf(prompt)).toBe(1);
  });

  it('a double click, and keys that are held down, begin one each', async () => {
    const page = await enter();
    await promptOf(page).fill('Clicked twice');
    await page.getByRole('button', { name: /^Generate/ }).dblclick();
    await page.getByRole('article', { name: 'Clicked twice' }).locator('video').waitFor();
    await promptOf(page).fill('Held down');
    await page.keyboard.down('Control');
    for (let repeats = 0; repeats < 10; repeats += 1) await page.keyboard.down('Enter');
    await page.getByRole('article', { name: 'Held down' }).locator('video').waitFor();
    for (let repeats = 0; repeats < 10; repeats += 1) await page.keyboard.down('Enter');
    await page.keyboard.up('Enter');
    await page.keyboard.up('Control');
    // One more that is meant, so that whatever was begun before it is there too.
    await promptOf(page).fill('Meant');
    await page.getByRole('button', { name: /^Generate/ }).click();
    await page.getByRole('article', { name: 'Meant' }).locator('video').waitFor();
    expect([await countOf('Clicked twice'), await countOf('Held down')]).toEqual([1, 1]);
  });

  it('an answer that was lost is asked for again after a reload too', async () => {
    const page = await enter();
    const prompt = 'Lost, and reloaded';
    await promptOf(page).fill(prompt);
    await generateAndLoseAnswer(page);
    await page.reload();
    await page
      .getByText(/usually about/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: /^Generate/ }).click();
    await page.getByText('Generation begun.').waitFor({ state: 'attached' });
    expect(await countOf(prompt)).toBe(1);
  });

  it('one that is shown in the studio is used again there', async () => {
    const page = await enter();
    const prompt = 'Meant';
    await promptOf(page).fill('Something else');
    await page.getByRole('article', { name: prompt }).getByRole('button', { name: /^More/ }).click();
    await page.getByRole('menuitem', { name: 'Use again' }).click();
    await waitFor('the prompt to be there', async () => (await promptOf(page).inputValue()) === prompt);
  });

  it('what a model does not take is not offered, and says why', async () => {
    const page = await enter();
    const extend = page.getByRole('radio', { name: 'Extend' });
    await extend.waitFor();
    expect(await extend.isDisabled()).toBe(true);
    await page.getByText('Extend: no model here makes this yet.').waitFor();
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    await page.getByRole('button', { name: /^Generate/ }).click();
    await page.getByRole('alert').getByText('Write a prompt first.').waitFor({ state: 'attached' });
    expect(await promptOf(page).evaluate((element) => element.matches(':focus'))).toBe(true);
  });

  it('the first page loads no more script than it may', async () => {
    visitor = await visit(browser);
    const { page } = visitor;
    let bytes = 0;
    const sizes: Promise<void>[] = [];
    page.on('requestfinished', (request) => {
      if (request.resourceType() !== 'script') return;
      sizes.push(
        request.sizes().then(({ responseBodySize }) => {
          bytes += responseBodySize;
        }),
      );
    });
    await page.goto(`${stack.client.url}/launch#token=${stack.token}`);
    await promptOf(page).waitFor();
    await page.getByRole('heading', { name: 'Latest' }).waitFor();
    await Promise.all(sizes);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(SCRIPT_BUDGET);
  });

  it('light or dark is chosen once, and holds before anything is drawn', async () => {
    const page = await enter({ colorScheme: 'light' });
    await page.getByRole('button', { name: 'Account and appearance' }).click();
    await page.getByRole('radio', { name: 'Dark' }).check();
    // Without the page's own script, only what runs before it can have set it.
    await page.route('**/assets/*.js', (route) => route.abort());
    await page.reload();
    expect(await page.locator('html').getAttribute('data-mantine-color-scheme')).toBe('dark');
    // It complains of the script that was kept from it here.
    visitor?.complaints.splice(0);
  });

  it('a key goes in and is found nowhere in the browser afterwards', async () => {
    const page = await enter();
    const secret = newSecret();
    await page.goto(`${stack.client.url}/keys`);
    await page.getByRole('textbox', { name: 'Key', exact: true }).fill(secret);
    await page.getByRole('textbox', { name: 'Name' }).fill('Canary');
    await page.getByRole('button', { name: 'Seal and save' }).click();
    await page.getByRole('article', { name: 'Canary' }).getByText('Good', { exact: true }).waitFor();
    const seen = await page.evaluate<string>(`(() => {
      const values = [...document.querySelectorAll('input')].map(({ value }) => value);
      return JSON.stringify([document.documentElement.outerHTML, values, { ...localStorage }, { ...sessionStorage }, location.href]);
    })()`);
    expect(seen).not.toContain(secret);
  });
});
