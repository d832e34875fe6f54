import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { canBrowse, launchBrowser, signIn, type Visitor } from '../support/browser.ts';
import { makePicture } from '../support/sample-work.ts';
import { newSecret, type Stack, startStack } from '../support/stack.ts';
import { waitFor } from '../support/wait-for.ts';

const MANY = 60;

describe.skipIf(!canBrowse)('the gallery, a generation and the keys', () => {
  let stack: Stack;
  let browser: Browser;
  let visitor: Visitor;
  let keyId: string;

  beforeAll(async () => {
    stack = await startStack();
    browser = await launchBrowser();
    ({ id: keyId } = await stack.client.addKey(newSecret()));
  });
  afterEach(() => visitor?.page.context().close());
  afterAll(async () => {
    await browser?.close();
    await stack?.close();
  });

  const enter = async (path: string): Promise<Page> => {
    visitor = await signIn(browser, stack.client, { path });
    return visitor.page;
  };
  const make = async (prompt: string, more: Record<string, unknown> = {}) => {
    const { id } = await stack.client.generate(keyId, { prompt, ...more });
    return stack.client.waitForStatus(id, 'succeeded', 'failed');
  };
  const cardOf = (page: Page, prompt: string) => page.getByRole('article', { name: prompt });

  it('has all of many, newest first, none twice and none left out, while new ones come in', async () => {
    // Stopped, so that they stay as they are while they are counted.
    stack.worker.signal('SIGSTOP');
    const made: string[] = [];
    for (let n = 1; n <= MANY; n += 1)
      made.push((await stack.client.generate(keyId, { prompt: `No. ${n}.` })).id);
    const page = await enter('/gallery');
    await cardOf(page, `No. ${MANY}.`).waitFor();
    made.push((await stack.client.generate(keyId, { prompt: 'Came in meanwhile' })).id);
    await cardOf(page, 'Came in meanwhile').waitFor();
    await waitFor('the last page', async () => {
      await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
      return page.getByText('That is all.').isVisible();
    });
    const links = await page
      .locator('article a[href^="/generations/"]:not([aria-hidden])')
      .evaluateAll((elements) =>
        elements.flatMap(
          (element) => /\/generations\/(.+)$/.exec(element.getAttribute('href') ?? '')?.[1] ?? [],
        ),
      );
    expect(links).toEqual(made.toReversed());
    for (const id of made) await stack.client.call('POST', `/v1/generations/${id}/cancel`);
    stack.worker.signal('SIGCONT');
    await waitFor('all to be canceled', () =>
      stack.db.generation.count({ where: { state: 'canceled' } }).then((count) => count === made.length),
    );
  });

  it('is narrowed by state, kind and words, and the address keeps that', async () => {
    await make('A green tram', { model: 'genaipro/imagen_4', kind: 'create_image' });
    await make('A green bus [sim:unsafe_generation]');
    const page = await enter('/gallery');
    await page.getByRole('searchbox').fill('green');
    await page.waitForURL(/q=green/);
    await cardOf(page, 'A green tram').waitFor();
    await cardOf(page, 'No. 1.').waitFor({ state: 'detached' });
    await page.getByRole('combobox', { name: 'State' }).selectOption('Failed');
    await cardOf(page, 'A green bus').waitFor();
    await cardOf(page, 'A green tram').waitFor({ state: 'detached' });
    await page.getByRole('combobox', { name: 'State' }).selectOption('Any');
    await page.getByRole('combobox', { name: 'Made from' }).selectOption('Still');
    await cardOf(page, 'A green tram').waitFor();
    expect(page.url()).toMatch(/kind=create_image/);
    expect(page.url()).toMatch(/q=green/);
    await page.reload();
    await cardOf(page, 'A green tram').waitFor();
    expect(await page.getByRole('article').count()).toBe(1);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await cardOf(page, 'A green bus').waitFor();
  });

  it('what is deleted is gone at once, can be brought back for a moment, and is then gone for good', async () => {
    const { id } = await make('To be deleted');
    const page = await enter(`/generations/${id}`);
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.waitForURL('**/gallery');
    await page.getByText('Deleted.').waitFor();
    expect(await cardOf(page, 'To be deleted').count()).toBe(0);
    await page.getByRole('button', { name: 'Undo' }).click();
    await cardOf(page, 'To be deleted').waitFor();
    expect((await stack.client.show(id)).status).toBe('succeeded');

    await cardOf(page, 'To be deleted').getByRole('button', { name: /^More/ }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByText('Deleted.').waitFor();
    // Leaving is not undoing.
    await page.goto('about:blank');
    await waitFor(
      'it to be gone',
      async () => (await stack.client.call('GET', `/v1/generations/${id}`)).status === 404,
    );
  });

  it('is used again with its pictures and settings, and says so where a picture is gone', async () => {
    const picture = await stack.client.upload(new Uint8Array(await makePicture('#135', '#e93')));
    const done = await make('Again, please', {
      kind: 'image_to_video',
      image_ids: [picture],
      params: { aspect_ratio: '9:16' },
      count: 2,
    });
    const page = await enter(`/generations/${done.id}`);
    await page.getByRole('button', { name: 'Use again' }).click();
    await page.waitForURL(`${stack.client.url}/`);
    await page.getByRole('img', { name: 'First image' }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Prompt' }).inputValue()).toBe('Again, please');
    expect(await page.getByRole('radio', { name: 'Tall 9:16' }).isChecked()).toBe(true);
    await page.getByText('2 credits').waitFor();
    await stack.db.upload.update({ where: { id: picture }, data: { deletedAt: new Date() } });
    // The browser keeps pictures for an hour; the next day it asks again.
    const session = await page.context().newCDPSession(page);
    await session.send('Network.clearBrowserCache');
    await page.reload();
    await page.getByText('This image is no longer stored.').waitFor();
  });

  it('copies a link that leads back', async () => {
    const { id } = await make('To be linked to');
    const page = await enter(`/generations/${id}`);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.getByText('Link copied.').waitFor();
    expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(
      `${stack.client.url}/generations/${id}`,
    );
  });

  it('shows each of several files, and downloads the one that is shown', async () => {
    const { id } = await make('Three of them', { count: 3 });
    const page = await enter(`/generations/${id}`);
    await page.getByRole('button', { name: 'File 3 of 3' }).click();
    expect(await page.locator('video[controls]').getAttribute('src')).toBe(`/v1/generations/${id}/outputs/2`);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`veogate-${id}-2.mp4`);
  });

  it('a key shows its state as it changes, and says before it is retired what becomes of its work', async () => {
    const secret = newSecret();
    stack.simulator.configureKey(secret, { quota: 40, used: 10 });
    const page = await enter('/keys');
    await page.getByRole('textbox', { name: 'Key', exact: true }).fill(secret);
    await page.getByRole('textbox', { name: 'Name' }).fill('Studio account');
    await page.getByRole('button', { name: 'Seal and save' }).click();
    const card = page.getByRole('article', { name: 'Studio account' });
    await card.getByText('Good', { exact: true }).waitFor();
    await card.getByText('30 of 40 credits left').waitFor();
    stack.simulator.configureKey(secret, { quota: 40, used: 15 });
    await card.getByRole('button', { name: 'Check now' }).click();
    await card.getByText('25 of 40 credits left').waitFor();

    const own = await stack.db.providerKey.findFirstOrThrow({ where: { label: 'Studio account' } });
    const spent = await stack.client.generate(own.id, { prompt: 'Spends one' });
    await stack.client.waitForStatus(spent.id, 'succeeded');
    await card.getByText('24 of 40 credits left').waitFor();
    stack.simulator.addFaults([{ name: 'never_completes', promptIncludes: 'in the air' }]);
    const { id } = await stack.client.generate(own.id, { prompt: 'Still in the air' });
    await stack.client.waitForStage(id, 'running');
    await card.getByText('1 generation under way').waitFor();
    await card.getByRole('button', { name: 'Retire' }).click();
    await page
      .getByRole('dialog')
      .getByText(/already sent will still be collected/)
      .waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Retire it' }).click();
    await page.getByText('Retired (1)').waitFor();
    stack.simulator.completeTasks();
    await stack.client.waitForStatus(id, 'succeeded');
  });

  it('a key that is refused says why', async () => {
    const page = await enter('/keys');
    await page.getByRole('textbox', { name: 'Key', exact: true }).fill('not a key at all');
    await page.getByRole('button', { name: 'Seal and save' }).click();
    await page.getByText('A GenAIPro key begins with eyJ and holds no spaces.').waitFor();
    const secret = newSecret();
    stack.simulator.configureKey(secret, { status: 'unknown' });
    await page.getByRole('textbox', { name: 'Key', exact: true }).fill(secret);
    await page.getByRole('textbox', { name: 'Name' }).fill('Mistyped');
    await page.getByRole('button', { name: 'Seal and save' }).click();
    const card = page.getByRole('article', { name: 'Mistyped' });
    await card.getByText('Refused', { exact: true }).waitFor();
    await card.getByText('The provider does not know this key.').waitFor();
  });
});
