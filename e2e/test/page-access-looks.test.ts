import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AccessStack, ask, type Person, startAccessStack, TERMS } from '../support/access.ts';
import { canBrowse, launchBrowser, type Visitor } from '../support/browser.ts';
import { inspectPage } from '../support/inspect-page.ts';

/** The pages by which people come in, as page-looks.test.ts looks at the others. */
describe.skipIf(!canBrowse)('the ways in are for everybody: wide, narrow, light, dark', () => {
  let access: AccessStack;
  let browser: Browser;
  let boss: Person;
  let vera: Person;
  let guest: Visitor;

  beforeAll(async () => {
    access = await startAccessStack([]);
    browser = await launchBrowser();
    guest = await access.open(browser);
    boss = await access.addPerson(browser, 'Boss', { role: 'admin' });
    vera = await access.addPerson(browser, 'Vera');
  });
  afterAll(async () => {
    await browser?.close();
    await access?.close();
  });

  const go = (page: Page, path: string) => page.goto(access.url + path);
  const heading = (page: Page, name: string | RegExp) =>
    page.getByRole('heading', { name }).first().waitFor();
  const post = async <T>(path: string, body: unknown) => {
    const answer = await ask<T>(boss.page, 'POST', access.url + path, body);
    expect(answer.status).toBe(201);
    return answer.body;
  };
  const change = (data: Parameters<typeof access.stack.db.user.update>[0]['data']) =>
    access.stack.db.user.update({ where: { id: vera.id }, data });

  describe('outside', () => {
    it('the door', async () => {
      await go(guest.page, '/');
      await guest.page.getByRole('button', { name: 'Continue with Acme ID' }).waitFor();
      await inspectPage(guest.page, 'sign-in');
    });

    it.each(['not_invited', 'network_refused'])('a sign-in that failed: %s', async (problem) => {
      await go(guest.page, `/sign-in?problem=${problem}`);
      await guest.page.getByRole('button', { name: /again/i }).waitFor();
      await inspectPage(guest.page, `sign-in-${problem}`);
    });

    it('an invitation', async () => {
      const { id } = await post<{ id: string }>('/v1/projects', { name: 'Harbour film' });
      const { url } = await post<{ url: string }>('/v1/admin/invitations', {
        kind: 'link',
        project_id: id,
        project_role: 'editor',
        note: 'Bring your boots, and a coat for the pier.',
        allowance: { amount: '40', unit: 'credits' },
      });
      await guest.page.goto(url);
      await heading(guest.page, 'You are invited to “Harbour film”.');
      await inspectPage(guest.page, 'invitation');
      await vera.page.goto(url);
      await vera.page.getByRole('button', { name: 'Accept as Vera' }).waitFor();
      await inspectPage(vera.page, 'invitation-signed-in');
    });

    it('an invitation that is over', async () => {
      await guest.page.goto(`${access.url}/invitation#token=long-gone`);
      await guest.page.getByText('This invitation is over.').waitFor();
      await inspectPage(guest.page, 'invitation-over');
    });
  });

  describe('at the threshold', () => {
    it('the terms and the puzzle', async () => {
      await change({ termsVersion: null, captchaDue: true });
      // As long as the puzzle takes.
      await vera.page.route('**/v1/me/captcha', () => {});
      await go(vera.page, '/');
      await heading(vera.page, 'Before you begin');
      await vera.page.getByRole('button', { name: 'I have read them and accept' }).waitFor();
      await inspectPage(vera.page, 'welcome');
      // What there is to see already is not kept from anybody.
      await vera.page.getByRole('link', { name: 'Gallery' }).click();
      await vera.page.getByText('Nothing has been made yet.').waitFor();
      await vera.page.unroute('**/v1/me/captcha');
    });

    it('terms that changed', async () => {
      await change({ termsVersion: TERMS, captchaDue: false });
      await go(vera.page, '/');
      await vera.page.getByRole('button', { name: 'Take a demo key' }).waitFor();
      await change({ termsVersion: '2025-01' });
      await vera.page.getByRole('button', { name: 'Take a demo key' }).click();
      await heading(vera.page, 'The terms have changed');
      await vera.page.getByRole('button', { name: 'I have read them and accept' }).waitFor();
      await inspectPage(vera.page, 'terms-changed');
      await vera.page.getByRole('button', { name: 'I have read them and accept' }).click();
      await vera.page.getByText('A demo key is ready').waitFor();
    });

    it('a suspended account', async () => {
      const suspendedUntil = new Date('2027-03-04T10:00:00Z');
      await change({
        state: 'suspended',
        suspendedUntil,
        suspendedReason: 'The same shot, a thousand times over.',
      });
      await go(vera.page, '/');
      await heading(vera.page, 'This account is suspended.');
      await inspectPage(vera.page, 'suspended');
      await change({ state: 'active', suspendedUntil: null, suspendedReason: null });
    });
  });

  describe('inside', () => {
    it('the account', async () => {
      const other = await access.enter(browser, vera.id);
      await go(vera.page, '/account');
      await vera.page.getByRole('button', { name: 'Make a token' }).click();
      await vera.page.getByRole('textbox', { name: 'What it is for' }).fill('Nightly renders');
      await inspectPage(vera.page, 'account-new-token');
      await vera.page.getByRole('button', { name: 'Make the token' }).click();
      await vera.page.getByRole('textbox', { name: 'The token' }).waitFor();
      await inspectPage(vera.page, 'account');
      await vera.page.getByRole('button', { name: 'Delete my account' }).click();
      await vera.page.getByRole('dialog', { name: 'Delete your account?' }).waitFor();
      await inspectPage(vera.page, 'account-delete');
      await other.page.context().close();
    });

    it('a sign-in that is asked for once more', async () => {
      await go(vera.page, '/sign-in?again=1&return_to=/account');
      await heading(vera.page, 'Sign in once more.');
      await inspectPage(vera.page, 'sign-in-again');
    });

    it('projects', async () => {
      const { id } = await post<{ id: string }>('/v1/projects', { name: 'Night shoots' });
      const { url } = await post<{ url: string }>(`/v1/projects/${id}/links`, { role: 'viewer' });
      const token = new URLSearchParams(new URL(url).hash.slice(1)).get('token');
      await ask(vera.page, 'POST', `${access.url}/v1/invitations/accept`, { token });
      await go(boss.page, `/projects/${id}`);
      await boss.page.getByRole('button', { name: 'Make a link' }).click();
      await boss.page.getByRole('textbox', { name: 'The link' }).waitFor();
      await inspectPage(boss.page, 'project');
      await go(vera.page, `/projects/${id}`);
      await vera.page.getByRole('button', { name: 'Leave' }).waitFor();
      await inspectPage(vera.page, 'project-viewer');
      await vera.page.getByRole('link', { name: 'All projects' }).click();
      await heading(vera.page, 'Projects');
      await vera.page.getByRole('link', { name: 'Night shoots' }).waitFor();
      await inspectPage(vera.page, 'projects');
      await vera.page.getByRole('button', { name: 'New project' }).click();
      await vera.page.getByRole('textbox', { name: 'Name' }).fill('Winter film');
      await inspectPage(vera.page, 'project-new');
    });

    it('the administration', async () => {
      const { page } = boss;
      await change({ state: 'suspended', suspendedReason: 'The same shot, a thousand times over.' });
      await access.addPerson(browser, 'Wilhelmina von und zu Hohenstaufen-Langenburg');
      await go(page, '/admin?view=people');
      await page.getByRole('button', { name: 'Reinstate: Vera' }).waitFor();
      await inspectPage(page, 'admin-people');
      await page.getByRole('button', { name: /^Suspend: Wil/ }).click();
      await page.getByRole('dialog').waitFor();
      await inspectPage(page, 'admin-suspend');
      await page.keyboard.press('Escape');
      await post('/v1/admin/invitations', { kind: 'domain', value: 'example.org', seats: 12 });
      await go(page, '/admin?view=invitations');
      await page.getByRole('button', { name: 'Invite' }).click();
      await page.getByRole('textbox', { name: 'The link' }).waitFor();
      await inspectPage(page, 'admin-invitations');
      await go(page, '/admin?view=safety');
      await page.getByRole('list', { name: 'Checks' }).waitFor();
      await inspectPage(page, 'admin-safety');
      await page.getByRole('button', { name: 'Account and appearance' }).click();
      await page.getByRole('button', { name: 'Sign out' }).waitFor();
      await inspectPage(page, 'admin-menu');
    });
  });

  it('and the browsers had nothing to complain of on the whole way', () => {
    expect([guest, boss.visitor, vera.visitor].flatMap(({ complaints }) => complaints)).toEqual([]);
  });
});
