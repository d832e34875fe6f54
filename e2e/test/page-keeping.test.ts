import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canBrowse, launchBrowser, signIn } from '../support/browser.ts';
import { inspectPage } from '../support/inspect-page.ts';
import { newSecret, type Stack, startStack } from '../support/stack.ts';

describe.skipIf(!canBrowse)('what is kept, on the page', () => {
  let stack: Stack;
  let browser: Browser;
  let page: Page;
  let keyId: string;
  let complaints: string[];

  beforeAll(async () => {
    stack = await startStack({ env: { RETENTION_HOURS: '72', STORAGE_PER_USER_MB: '1' } });
    browser = await launchBrowser();
    ({ id: keyId } = await stack.client.addKey(newSecret()));
    for (const prompt of ['A red kite', 'A blue kite']) {
      const { id } = await stack.client.generate(keyId, { prompt });
      await stack.client.waitForStatus(id, 'succeeded');
    }
    ({ page, complaints } = await signIn(browser, stack.client, {
      viewport: { width: 1440, height: 900 },
    }));
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.close();
  });

  const cardOf = (prompt: string) => page.getByRole('article', { name: prompt });
  const enter = (path: string) => page.goto(stack.client.url + path);

  it('says until when a video is kept, and keeps it for good where it is pinned', async () => {
    await enter('/gallery');
    await cardOf('A red kite').getByText('expires in 3 days').waitFor();
    await cardOf('A red kite').getByRole('link', { name: 'A red kite' }).click();
    await page.getByText('(in 3 days)').waitFor();
    await page.getByRole('button', { name: 'Pin', exact: true }).click();
    await page.getByText('until you unpin or delete it').waitFor();
    await inspectPage(page, 'generation-pinned');
  });

  it('finds what is pinned, and lets go of it there', async () => {
    await enter('/gallery');
    await cardOf('A blue kite').waitFor();
    await page.getByRole('button', { name: 'Pinned', exact: true }).click();
    await page.waitForURL(/pinned=true/);
    await cardOf('A blue kite').waitFor({ state: 'detached' });
    await page.reload();
    await cardOf('A red kite').getByText('· pinned').waitFor();
    expect(await page.getByRole('article').count()).toBe(1);
    await inspectPage(page, 'gallery-pinned');
    await cardOf('A red kite').getByRole('button', { name: /^More/ }).click();
    await page.getByRole('menuitem', { name: 'Unpin' }).click();
    await page.getByText('Nothing fits these filters.').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).first().click();
    await cardOf('A red kite').getByText('expires in 3 days').waitFor();
  });

  it('says why a finished video is not saved yet', async () => {
    const { id } = await stack.client.generate(keyId, { prompt: 'A late kite [sim:download_html]' });
    await enter(`/generations/${id}`);
    const note = page.getByRole('note');
    await note.getByText('The provider delivers something else in place of the finished file.').waitFor();
    await note.getByText('Reason given: “The download was answered with a web page').waitFor();
    await inspectPage(page, 'generation-waits-for-its-file');
  });

  it('tells what one’s files take, and what to do once the share is used up', async () => {
    await enter('/account');
    const storage = page.getByRole('region', { name: 'Storage' });
    await storage.getByText('of 1 MB used').last().waitFor();
    await stack.db.output.updateMany({ data: { byteSize: 600_000n } });
    await page.reload();
    await storage.getByText('Nothing new can be begun until there is room').waitFor();
    await inspectPage(page, 'account-storage-full');
    expect(complaints).toEqual([]);
  });
});
