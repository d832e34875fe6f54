import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canBrowse, launchBrowser, signIn, type Visitor } from '../support/browser.ts';
import { inspectPage } from '../support/inspect-page.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { newSecret, type Stack, startStack } from '../support/stack.ts';

describe.skipIf(!canBrowse)('webhooks, on the page', () => {
  let stack: Stack;
  let browser: Browser;
  let receiver: Receiver;
  let visitor: Visitor;
  let page: Page;

  beforeAll(async () => {
    receiver = await startReceiver();
    stack = await startStack({ env: { WEBHOOK_ALLOWED_HOSTS: receiver.host } });
    browser = await launchBrowser();
    visitor = await signIn(browser, stack.client);
    page = visitor.page;
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.close();
    await receiver?.close();
  });

  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
  const toast = (text: string) => page.getByText(text, { exact: true }).first().waitFor();

  it('are found in the menu, and there are none at first', async () => {
    await button('Account and appearance').click();
    await page.getByRole('link', { name: 'Webhooks' }).click();
    await page.getByText('No webhook yet').waitFor();
    await inspectPage(page, 'webhooks-none');
  });

  it('are added with a secret that is shown once; an address that is refused says why', async () => {
    await button('Add a webhook').click();
    await page.getByLabel('Address').fill('https://127.0.0.1/hooks');
    await page.getByLabel('Name').fill('Render pipeline');
    await button('Add it').click();
    await page.getByText('The address must be on the open internet.').first().waitFor();
    await inspectPage(page, 'webhook-add');
    await page.getByLabel('Address').fill(receiver.url('/page'));
    await button('Add it').click();
    const secret = page.getByLabel('The secret');
    await secret.waitFor();
    expect(await secret.inputValue()).toMatch(/^whsec_/);
    await inspectPage(page, 'webhook-secret');
    await button('I have copied it').click();
    await page.getByRole('link', { name: 'Render pipeline' }).waitFor();
    await inspectPage(page, 'webhooks');
  });

  it('show what was sent, and send it again', async () => {
    await page.getByRole('link', { name: 'Render pipeline' }).click();
    await page.getByText('Nothing was sent yet.').waitFor();
    receiver.next('/page', 204, 500);
    await button('Send a test').click();
    await page.getByText('Delivered', { exact: true }).waitFor();
    await button('Send a test').click();
    await page.getByText('The receiver answered 500.').waitFor();
    await page.getByText('Not delivered', { exact: true }).waitFor();
    const key = await stack.client.addKey(newSecret());
    receiver.next('/page', 503);
    const { id } = await stack.client.generate(key.id);
    await stack.client.waitForStatus(id, 'succeeded');
    await receiver.waitFor('/page', 3);
    await page.reload();
    await page.getByText('Waiting', { exact: true }).waitFor();
    await page.getByText('Not arriving', { exact: true }).waitFor();
    await inspectPage(page, 'webhook');
    await button('Send again: webhook.test').first().click();
    await toast('It is sent again.');
    await receiver.waitFor('/page', 4);
  });

  it('are changed, given another secret, switched off and on, and deleted', async () => {
    await page.getByLabel('Name').fill('Night shift');
    await button('Save').click();
    await page.getByRole('heading', { name: 'Night shift' }).waitFor();
    await button('Make a new secret').first().click();
    await page.getByRole('dialog').getByRole('button', { name: 'Make a new secret' }).click();
    expect(await page.getByLabel('The secret').inputValue()).toMatch(/^whsec_/);
    await page.getByText(/^The secret before signs until/).waitFor();
    await button('Switch it off').click();
    await page.getByText('You switched it off.').waitFor();
    expect(await button('Send a test').isDisabled()).toBe(true);
    await inspectPage(page, 'webhook-off');
    await button('Switch it on').click();
    await toast('It is on.');
    await button('Delete it').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete it' }).click();
    await page.getByText('No webhook yet').waitFor();
    expect(visitor.complaints).toEqual([]);
  });
});
