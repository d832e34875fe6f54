import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { canBrowse, launchBrowser, openTab, signIn, type Visitor } from '../support/browser.ts';
import { newSecret, type Stack, startStack } from '../support/stack.ts';
import { waitFor } from '../support/wait-for.ts';

describe.skipIf(!canBrowse)('what is under way is shown as it is', () => {
  let stack: Stack;
  let browser: Browser;
  let visitor: Visitor;
  let keyId: string;

  beforeAll(async () => {
    stack = await startStack({ env: { MAX_IN_FLIGHT_PER_KEY: '3' } });
    browser = await launchBrowser();
    ({ id: keyId } = await stack.client.addKey(newSecret()));
  });
  afterEach(() => visitor?.page.context().close());
  afterAll(async () => {
    await browser?.close();
    await stack?.close();
  });

  const enter = async (): Promise<Page> => {
    visitor = await signIn(browser, stack.client);
    return visitor.page;
  };
  const cardOf = (page: Page, prompt: string) => page.getByRole('article', { name: prompt });
  /** Makes one that goes on until `finish` is called. */
  async function makeHeld(prompt: string) {
    stack.simulator.addFaults([{ name: 'never_completes', promptIncludes: prompt }]);
    const { id } = await stack.client.generate(keyId, { prompt });
    await stack.client.waitForStage(id, 'running');
    return { id, finish: () => stack.simulator.completeTasks() };
  }

  it('one stream serves all tabs, and another tab takes it over', async () => {
    const page = await enter();
    await page.getByRole('textbox', { name: 'Prompt' }).waitFor();
    const streams: Page[] = [];
    page.context().on('request', (request) => {
      if (new URL(request.url()).pathname === '/v1/events') streams.push(request.frame().page());
    });
    const { page: second } = await openTab(visitor, `${stack.client.url}/gallery`);
    const { page: third } = await openTab(visitor, `${stack.client.url}/gallery?kind=text_to_video`);
    const held = await makeHeld('Seen in every tab');
    for (const tab of [page, second, third]) await cardOf(tab, 'Seen in every tab').waitFor();
    expect(streams).toEqual([]);
    await page.close();
    await waitFor('another tab to take over', () => streams.length === 1);
    held.finish();
    for (const tab of [second, third]) await cardOf(tab, 'Seen in every tab').locator('video').waitFor();
    expect(streams).toHaveLength(1);
  });

  it('a reload in the middle loses nothing', async () => {
    const page = await enter();
    const { finish } = await makeHeld('Reloaded in the middle');
    await cardOf(page, 'Reloaded in the middle').getByText('Being made').first().waitFor();
    await page.reload();
    await cardOf(page, 'Reloaded in the middle')
      .getByText(/so far/)
      .waitFor();
    finish();
    await cardOf(page, 'Reloaded in the middle').locator('video').waitFor();
  });

  it('a service that was restarted is caught up with, also with what ended meanwhile', async () => {
    const page = await enter();
    const { id, finish } = await makeHeld('Through a restart');
    await cardOf(page, 'Through a restart').getByText('Being made').first().waitFor();
    await stack.api.kill();
    await page.getByText('Connection lost.').waitFor();
    finish();
    await waitFor('the worker to finish it', () =>
      stack.db.generation.count({ where: { id, state: 'succeeded' } }).then((count) => count === 1),
    );
    stack.api = await stack.startApi();
    await cardOf(page, 'Through a restart').locator('video').waitFor();
    await page.getByText('Connection lost.').waitFor({ state: 'detached' });
  });

  it('a connection that fell silent, as after a sleep, is noticed and made anew', async () => {
    const page = await enter();
    await page.clock.install();
    await page.reload();
    const { finish } = await makeHeld('Asleep meanwhile');
    await cardOf(page, 'Asleep meanwhile').getByText('Being made').first().waitFor();
    // Stopped, it keeps the connection open and says nothing more.
    stack.api.signal('SIGSTOP');
    await page.clock.fastForward('01:00');
    await page.clock.fastForward('00:05');
    await page.getByText('Connection lost.').waitFor();
    finish();
    stack.api.signal('SIGCONT');
    await cardOf(page, 'Asleep meanwhile').locator('video').waitFor();
    await page.getByText('Connection lost.').waitFor({ state: 'detached' });
  });

  it('what waits in line says where it stands, moves up, and can be canceled', async () => {
    const page = await enter();
    const finishers = await Promise.all(
      ['one', 'two', 'three'].map((name) => makeHeld(`Holds a slot, ${name}`)),
    );
    await stack.client.generate(keyId, { prompt: 'First of those who wait' });
    await stack.client.generate(keyId, { prompt: 'Second of those who wait' });
    await cardOf(page, 'First of those who wait').getByText('Next in line').waitFor();
    await cardOf(page, 'Second of those who wait').getByText('2nd in line').waitFor();
    await cardOf(page, 'First of those who wait').getByRole('button', { name: 'Cancel' }).click();
    await cardOf(page, 'First of those who wait').getByText('Nothing was billed.').waitFor();
    await cardOf(page, 'Second of those who wait').getByText('Next in line').waitFor();
    finishers[0]?.finish();
    await cardOf(page, 'Second of those who wait').locator('video').waitFor();
  });

  it('an unknown outcome says what it means, and is given up only when its owner says so', async () => {
    stack.simulator.addFaults([{ name: 'drop_before_accept', promptIncludes: 'Nobody knows' }]);
    const { id } = await stack.client.generate(keyId, { prompt: 'Nobody knows' });
    const page = await enter();
    const card = cardOf(page, 'Nobody knows');
    await card.getByText(/Nothing is sent a second time/).waitFor();
    await card.getByText('May be billed').waitFor();
    await card.getByRole('button', { name: 'Give it up' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Keep it' }).click();
    expect((await stack.client.show(id)).status).toBe('outcome_unknown');
    await card.getByRole('button', { name: 'Give it up' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Give it up' }).click();
    await card.getByText('Its owner gave it up.').waitFor();
    expect(stack.simulator.ledger().filter(({ prompt }) => prompt === 'Nobody knows')).toEqual([]);
  });

  it('what took too long is looked for again, and arrives', async () => {
    const { id, finish } = await makeHeld('Late but not lost');
    await stack.db.generation.update({ where: { id }, data: { deadlineAt: new Date() } });
    await stack.client.waitForStatus(id, 'expired');
    const page = await enter();
    const card = cardOf(page, 'Late but not lost');
    await card.getByText('The provider took too long.').waitFor();
    finish();
    await card.getByRole('button', { name: 'Look again' }).click();
    await card.locator('video').waitFor();
    expect(stack.simulator.ledger().filter(({ prompt }) => prompt === 'Late but not lost')).toHaveLength(1);
  });

  it.each([
    ['unsafe_generation', 'safety filter refused it', 'Not billed'],
    ['insufficient_quota', 'no quota left', 'Not billed'],
    ['create_failed', 'could not make it', 'Not billed'],
    ['no_file_urls', 'delivered nothing', 'May be billed'],
  ] as const)('%s says what happened, whether it was billed, and what to do', async (fault, what, billed) => {
    const prompt = `Goes wrong by ${fault}`;
    stack.simulator.addFaults([{ name: fault, promptIncludes: prompt }]);
    const { id } = await stack.client.generate(keyId, { prompt });
    const { error } = await stack.client.waitForStatus(id, 'failed');
    const page = await enter();
    const card = cardOf(page, prompt);
    await card.getByText(what).waitFor();
    await card.getByText(billed).waitFor();
    await card.getByText(error?.advice ?? 'no advice').waitFor();
  });

  it('somebody who was signed out in another tab is told so', async () => {
    const page = await enter();
    await page.getByRole('textbox', { name: 'Prompt' }).waitFor();
    const { page: second } = await openTab(visitor, `${stack.client.url}/keys`);
    await second.getByRole('button', { name: 'Account and appearance' }).click();
    await second.getByRole('button', { name: 'Sign out' }).click();
    await second.getByText('Open the launch link.').waitFor();
    await page.getByText('Open the launch link.').waitFor();
  });
});
