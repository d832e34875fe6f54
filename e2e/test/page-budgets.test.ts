import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findImbalances } from '../../test/support/ledger.ts';
import { type AccessStack, ask, type Person, startAccessStack } from '../support/access.ts';
import { canBrowse, launchBrowser } from '../support/browser.ts';
import { inspectPage } from '../support/inspect-page.ts';
import { newSecret } from '../support/stack.ts';
import { waitFor } from '../support/wait-for.ts';

describe.skipIf(!canBrowse)('budgets and keys of the team, on the page', () => {
  let access: AccessStack;
  let browser: Browser;
  let boss: Person;
  let vera: Person;

  beforeAll(async () => {
    access = await startAccessStack([], { demo: false, env: { BUDGET_USER_MONTHLY: '10credits' } });
    browser = await launchBrowser();
    boss = await access.addPerson(browser, 'Boss', { role: 'admin' });
    vera = await access.addPerson(browser, 'Vera');
  });
  afterAll(async () => {
    await browser?.close();
    await access?.close();
  });

  const post = async <T>({ page }: Person, path: string, body: unknown) =>
    (await ask<T>(page, 'POST', access.url + path, body)).body;

  it('an administrator adds a key for the team', async () => {
    const { page } = boss;
    await page.goto(`${access.url}/keys`);
    await page.getByLabel('Key', { exact: true }).fill(newSecret());
    await page.getByLabel('Name').fill('Studio credits');
    await page.getByRole('radio', { name: 'For the team', exact: true }).check();
    await inspectPage(page, 'key-for-the-team');
    await page.getByRole('button', { name: 'Seal and save' }).click();
    await page.getByRole('article', { name: 'Studio credits' }).getByText('Good').waitFor();
  });

  it('a member sees it, and nothing to manage it by', async () => {
    const { page } = vera;
    await page.goto(`${access.url}/keys`);
    const card = page.getByRole('article', { name: 'Studio credits' });
    await card.getByText('of the team').waitFor();
    expect(await card.getByRole('button').count()).toBe(0);
    expect(await page.getByRole('radio', { name: 'For the team' }).count()).toBe(0);
    await inspectPage(page, 'keys-with-one-of-the-team');
  });

  it('an administrator sets budgets: of the service, of the key, of one person', async () => {
    const { page } = boss;
    await page.goto(`${access.url}/admin?view=budgets`);
    const set = async (target: string, amount: string, period: string) => {
      await page.getByRole('radio', { name: target, exact: true }).check();
      await page.getByLabel('May be spent').fill(amount);
      await page.getByLabel('Within').selectOption(period);
      await page.getByRole('button', { name: 'Set the budget' }).click();
      await waitFor('an empty form', async () => (await page.getByLabel('May be spent').inputValue()) === '');
    };
    await page.getByText('10 credits each').waitFor();
    await set('The service', '500', 'month');
    await set('A team key', '6', 'day');
    await page.getByRole('radio', { name: 'One person', exact: true }).check();
    await page.getByLabel('Person', { exact: true }).selectOption({ label: 'Vera' });
    await set('One person', '12.5', 'month');
    await page.getByRole('button', { name: 'Remove: Vera, a month' }).waitFor();
    await inspectPage(page, 'admin-budgets');
  });

  it('the studio says before what is left, and that it would be refused', async () => {
    const { page } = vera;
    await page.goto(`${access.url}/`);
    await page.getByText('Studio credits: 6 credits left today').waitFor();
    await page.getByRole('textbox', { name: 'Prompt' }).fill('A paper boat sails down a gutter');
    await page.getByRole('radio', { name: '4', exact: true }).check();
    await inspectPage(page, 'studio-budget');
    await page.getByRole('button', { name: 'Generate' }).click();
    await page
      .getByText(/^The team’s key has 2 credits left until .* this would cost 4 credits\.$/)
      .waitFor();
    await inspectPage(page, 'studio-over-budget');
  });

  it('the owner of a project sets its budget, and whoever is in it sees that', async () => {
    const { id } = await post<{ id: string }>(boss, '/v1/projects', { name: 'Harbour film' });
    const data = { projectId: id, userId: vera.id, role: 'editor' as const };
    await access.stack.db.projectMember.create({ data });
    const { page } = boss;
    await page.goto(`${access.url}/projects/${id}`);
    await page.getByLabel('May be spent').fill('40');
    await page.getByRole('button', { name: 'Set the budget' }).click();
    await page.getByText('40 credits left').waitFor();
    await inspectPage(page, 'project-budget');
    await vera.page.goto(`${access.url}/projects/${id}`);
    await vera.page.getByText('40 credits left').waitFor();
    expect(await vera.page.getByLabel('May be spent').count()).toBe(0);
    await page.getByRole('button', { name: 'Remove: A month' }).click();
    await page.getByText('The budget is removed.').first().waitFor();
    await page.getByText('40 credits left').waitFor({ state: 'detached' });
  });

  it('the account shows what binds its owner, and what is left of it', async () => {
    const { page } = vera;
    await page.goto(`${access.url}/account`);
    await page.getByText(/^8\.5 credits left · . of 12\.5 credits used/).waitFor();
    await inspectPage(page, 'account-budgets');
  });

  it('what was spent is what the ledger says', async () => {
    expect(await findImbalances(access.stack.db)).toEqual([]);
    expect([boss, vera].flatMap(({ visitor }) => visitor.complaints)).toEqual([]);
  });
});
