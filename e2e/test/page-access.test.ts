import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type AccessStack,
  ask,
  beAtProvider,
  type Person,
  signInAtProvider,
  startAccessStack,
} from '../support/access.ts';
import { canBrowse, launchBrowser, openTab, type Visitor } from '../support/browser.ts';
import { newSecret } from '../support/stack.ts';
import { waitFor } from '../support/wait-for.ts';

const verified = (sub: string) => ({
  sub,
  name: sub,
  email: `${sub.toLowerCase()}@example.test`,
  email_verified: true,
});

describe.skipIf(!canBrowse)('coming in, in a browser', () => {
  let access: AccessStack;
  let browser: Browser;
  let boss: Person;
  const visitors: Visitor[] = [];
  /** Pages that more than one test looks at. Those of the others would go on working until the end. */
  const shared = new Set<Page>();

  beforeAll(async () => {
    access = await startAccessStack([
      ...[
        'Boss',
        'Nora',
        'Gustav',
        'Stranger',
        'Ada',
        'Ben',
        'Cora',
        'Dan',
        'Eve',
        'Finn',
        'Gwen',
        'Ivy',
      ].map(verified),
      { ...verified('Unproven'), email_verified: false },
    ]);
    browser = await launchBrowser();
    boss = await person('Boss', 'admin');
    shared.add(boss.page);
    const email = { kind: 'email', value: 'nora@example.test' };
    expect((await ask(boss.page, 'POST', `${access.url}/v1/admin/invitations`, email)).status).toBe(201);
  });
  afterEach(async () => {
    for (const { page } of visitors) if (!shared.has(page)) await page.context().close();
  });
  afterAll(async () => {
    await browser?.close();
    await access?.close();
  });

  const newcomer = async (path = '/') => {
    const visitor = await access.open(browser);
    visitors.push(visitor);
    await visitor.page.goto(access.url + path);
    return visitor.page;
  };
  const person = async (name: string, role: 'member' | 'admin' = 'member') => {
    const made = await access.addPerson(browser, name, { role });
    visitors.push(made.visitor);
    return made;
  };
  const promptOf = (page: Page) => page.getByRole('textbox', { name: 'Prompt' });
  const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name });
  /** In the studio, with something written. */
  const write = async (page: Page, prompt: string): Promise<void> => {
    await page.goto(access.url);
    await promptOf(page).fill(prompt);
  };
  const addKey = (page: Page) =>
    ask<{ id: string }>(page, 'POST', `${access.url}/v1/keys`, { provider: 'genaipro', secret: newSecret() });

  it('a guest signs in at the provider, reads, and makes a video', async () => {
    const page = await newcomer();
    await heading(page, 'Come in.').waitFor();
    await signInAtProvider(page, 'Nora');
    await heading(page, 'Before you begin').waitFor();
    await page.getByRole('button', { name: 'I have read them and accept' }).click();
    await page.getByRole('button', { name: 'Take a demo key' }).click();
    await page.getByText('A demo key is ready').waitFor();
    await page.getByRole('button', { name: /^A paper boat/ }).click();
    await page.getByRole('button', { name: /^Generate/ }).click();
    await page.getByText('There it is.').waitFor();
    await page.locator('video[controls]').waitFor();
    expect(new URL(page.url()).search).toBe('');
  });

  describe('a sign-in that fails says why, and leads on', () => {
    let page: Page;
    beforeAll(async () => {
      page = await newcomer();
      shared.add(page);
    });

    it.each([
      ['Nobody', 'You were not signed in.', 'Allow it there, or choose another way to sign in.'],
      ['Stranger', 'There is no invitation for you yet.', 'Sign in with the account that was invited'],
      ['Unproven', 'Your address is not verified yet.', 'Verify it at the provider, then sign in again.'],
    ])('%s', async (name, what, advice) => {
      // The provider would know the one before again.
      await page.context().clearCookies();
      await signInAtProvider(page, name);
      await heading(page, what).waitFor();
      await page.getByText(advice).waitFor();
      await page.getByRole('button', { name: 'Sign in again' }).click();
      await page.getByRole('button', { name: 'Continue with Acme ID' }).waitFor();
      expect(new URL(page.url()).search).not.toContain('problem');
    });

    it('an answer of the provider that comes a second time', async () => {
      await page.context().clearCookies();
      let callback = '';
      page.on('request', (request) => {
        if (request.url().includes('/auth/oidc/callback')) callback = request.url();
      });
      await signInAtProvider(page, 'Nora');
      await page.getByRole('heading', { level: 1, name: 'What shall we film?' }).waitFor();
      const other = await newcomer();
      await other.goto(callback);
      await heading(other, 'This sign-in has gone stale.').waitFor();
      await other.getByText('Begin it again from the sign-in page.').waitFor();
      await other.getByRole('button', { name: 'Sign in again' }).click();
      await other.getByRole('button', { name: 'Continue with Acme ID' }).waitFor();
    });
  });

  it('an invitation link lets a guest in, and into the project', async () => {
    const { body } = await ask<{ id: string }>(boss.page, 'POST', `${access.url}/v1/projects`, {
      name: 'Harbour film',
    });
    const invitation = {
      kind: 'link',
      project_id: body.id,
      project_role: 'editor',
      note: 'Bring your boots',
    };
    const made = await ask<{ url: string }>(
      boss.page,
      'POST',
      `${access.url}/v1/admin/invitations`,
      invitation,
    );
    expect(made.status).toBe(201);
    const page = await newcomer();
    await page.goto(made.body.url);
    await heading(page, 'You are invited to “Harbour film”.').waitFor();
    await page.getByText('Boss invites you to Veogate.').waitFor();
    await page.getByText('Bring your boots').waitFor();
    expect(page.url()).toBe(`${access.url}/invitation`);
    await signInAtProvider(page, 'Gustav');
    await heading(page, 'Before you begin').waitFor();
    await page.getByRole('button', { name: 'I have read them and accept' }).click();
    await heading(page, 'Harbour film').waitFor();
    expect(page.url()).toBe(`${access.url}/projects/${body.id}`);
    // Used up, also for whoever opens it in a tab where another one stood.
    const late = await newcomer('/invitation#token=mistyped');
    await late.getByText('This invitation is over.').waitFor();
    await late.goto(made.body.url);
    await late.getByText('This invitation is over.').waitFor();
  });

  it('a viewer of a project sees, and changes nothing', async () => {
    const [ada, ben] = [await person('Ada'), await person('Ben')];
    const prompt = 'Fog lifts from the harbour';
    await ada.page.goto(`${access.url}/projects`);
    await ada.page.getByRole('button', { name: 'New project' }).click();
    await ada.page.getByRole('textbox', { name: 'Name' }).fill('Dailies');
    await ada.page.getByRole('button', { name: 'Create it' }).click();
    await heading(ada.page, 'Dailies').waitFor();
    const projectId = new URL(ada.page.url()).pathname.split('/').pop();
    const key = await addKey(ada.page);
    const request = { model: 'genaipro/veo', kind: 'text_to_video', prompt, project_id: projectId };
    const made = await ask<{ id: string }>(ada.page, 'POST', `${access.url}/v1/generations`, {
      ...request,
      key_id: key.body.id,
    });
    expect(made.status).toBe(202);
    await ada.page.getByRole('button', { name: 'Make a link' }).click();
    const link = await ada.page.getByRole('textbox', { name: 'The link' }).inputValue();

    await ben.page.goto(link);
    await ben.page.getByText('looks and downloads').waitFor();
    expect(ben.page.url()).toBe(`${access.url}/invitation`);
    await ben.page.getByRole('button', { name: 'Accept as Ben' }).click();
    await heading(ben.page, 'Dailies').waitFor();
    await ada.page.reload();
    await ada.page.getByRole('button', { name: 'Remove: Ben' }).waitFor();
    for (const owned of ['Make a link', 'Delete the project', 'Remove: Ada'])
      expect(await ben.page.getByRole('button', { name: owned }).count()).toBe(0);
    await ben.page.getByRole('link', { name: 'Its generations' }).click();
    await ben.page.getByRole('article', { name: prompt }).locator('video').waitFor();
    await ben.page.getByRole('link', { name: prompt }).click();
    await ben.page.getByRole('link', { name: 'Download' }).waitFor();
    expect(await ben.page.getByRole('button', { name: 'Delete' }).count()).toBe(0);
    const address = `${access.url}/v1/generations/${made.body.id}`;
    expect((await ask(ben.page, 'DELETE', address)).status).toBe(403);
    // The studio makes videos where one may, and offers no other place.
    await ben.page.goto(access.url);
    await promptOf(ben.page).waitFor();
    expect(await ben.page.getByRole('combobox', { name: 'Project' }).count()).toBe(0);
  });

  it('a session that is ended from another browser is over at once, and the draft is kept', async () => {
    const cora = await person('Cora');
    await write(cora.page, 'Half a thought about herons');
    const elsewhere = await access.enter(browser, cora.id);
    await elsewhere.page.goto(`${access.url}/account`);
    await elsewhere.page.getByRole('button', { name: /^End: / }).click();
    await elsewhere.page.getByText('That session is over.').waitFor();
    await heading(cora.page, 'Come in.').waitFor();
    await signInAtProvider(cora.page, 'Cora');
    await promptOf(cora.page).waitFor();
    expect(await promptOf(cora.page).inputValue()).toBe('Half a thought about herons');
    // Somebody else who comes in there finds nothing of it.
    await access.stack.db.session.deleteMany({ where: { userId: cora.id } });
    await cora.page.reload();
    await heading(cora.page, 'Come in.').waitFor();
    await cora.page.context().clearCookies();
    await signInAtProvider(cora.page, 'Nora');
    await promptOf(cora.page).waitFor();
    expect(await promptOf(cora.page).inputValue()).toBe('');
  });

  it('whoever signs out in one tab is out in the other', async () => {
    const eve = await person('Eve');
    await write(eve.page, 'Two tabs');
    const second = await openTab(eve.visitor, `${access.url}/gallery`);
    await second.page.getByRole('button', { name: 'Account and appearance' }).click();
    await second.page.getByRole('button', { name: 'Sign out' }).click();
    await heading(eve.page, 'Come in.').waitFor();
  });

  it('whoever is suspended at work is told why and until when, and goes on afterwards', async () => {
    const dan = await person('Dan');
    await write(dan.page, 'Written before the suspension');
    await boss.page.goto(`${access.url}/admin?view=people`);
    await boss.page.getByRole('searchbox', { name: 'Search by name or e-mail' }).fill('dan@');
    await boss.page.getByRole('button', { name: 'Suspend: Dan' }).click();
    const dialog = boss.page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('Asked for the same shot a thousand times.');
    await dialog.getByRole('combobox', { name: 'For how long' }).selectOption({ label: '24 hours' });
    await dialog.getByRole('button', { name: 'Suspend' }).click();
    await heading(dan.page, 'This account is suspended.').waitFor();
    await dan.page.getByText('Asked for the same shot a thousand times.').waitFor();
    const { suspendedUntil } = await access.stack.db.user.findUniqueOrThrow({ where: { id: dan.id } });
    const year = String(suspendedUntil?.getFullYear());
    await dan.page.getByRole('definition').filter({ hasText: year }).waitFor();
    await boss.page.getByRole('button', { name: 'Reinstate: Dan' }).click();
    await boss.page.getByText('The account is reinstated.').waitFor();
    await dan.page.getByRole('button', { name: 'Look again' }).click();
    await promptOf(dan.page).waitFor();
    expect(await promptOf(dan.page).inputValue()).toBe('Written before the suspension');
  });

  it('the account: a name, a token that is shown once, one’s data, and the way out for good', async () => {
    const finn = await person('Finn');
    const { page } = finn;
    await write(page, 'Nobody reads this afterwards');
    await page.goto(`${access.url}/account`);
    await page.getByRole('button', { name: 'Make a token' }).click();
    await page.getByRole('textbox', { name: 'What it is for' }).fill('Nightly');
    await page.getByRole('button', { name: 'Make the token' }).click();
    const token = await page.getByRole('textbox', { name: 'The token' }).inputValue();
    expect(token).toMatch(/^vg_/);
    const bearer = { authorization: `Bearer ${token}` };
    const listed = await page.request.get(`${access.url}/v1/generations`, { headers: bearer });
    expect(listed.status()).toBe(200);
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByRole('list', { name: 'Access tokens' }).getByText('Nightly', { exact: true }).waitFor();
    await page.reload();
    await page.getByRole('list', { name: 'Access tokens' }).getByText('Nightly', { exact: true }).waitFor();
    expect(await page.content()).not.toContain(token);
    await page.getByRole('button', { name: 'Revoke: Nightly' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('The token is revoked.').waitFor();
    await page.getByText('There is no token.').waitFor();

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download it' }).click(),
    ]);
    const exported = JSON.parse(await readFile(await download.path(), 'utf8'));
    expect(JSON.stringify(exported)).toContain('finn@example.test');

    await page.getByRole('textbox', { name: 'Display name' }).fill('Finn the Second');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Your name is saved.').waitFor();
    await page.getByRole('button', { name: 'Delete my account' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill('Finn the Second');
    await dialog.getByRole('button', { name: 'Delete it for good' }).click();
    await heading(page, 'Come in.').waitFor();
    await page.getByText('Your account is being deleted.').waitFor();
    const kept = await page.evaluate<string>('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])');
    expect(kept).not.toContain('Nobody reads this');
    await waitFor('the account to be gone', async () => {
      return (await access.stack.db.user.count({ where: { id: finn.id } })) === 0;
    });
  });

  it('a second way in is linked, and unlinked; what belongs to another account is not', async () => {
    const { page, id } = await person('Ivy');
    const list = page.getByRole('list', { name: 'Ways in' }).getByRole('listitem');
    const createdAt = new Date(Date.now() - 31 * 60_000);
    await access.stack.db.session.updateMany({ where: { userId: id }, data: { createdAt } });
    await page.goto(`${access.url}/account`);
    await page.getByRole('button', { name: 'Link Google' }).click();
    await page.getByRole('button', { name: 'Sign in once more' }).click();
    await signInAtProvider(page, 'Ivy');
    // The provider knows the browser by now; somebody else sits down at it.
    await page.context().clearCookies({ domain: '127.0.0.1' });
    await page.getByRole('button', { name: 'Link Google' }).click();
    await beAtProvider(page, 'Nobody');
    await heading(page, 'Nothing was linked.').waitFor();
    await page.getByRole('link', { name: 'Back to your account' }).click();
    await page.getByRole('button', { name: 'Link Google' }).click();
    await beAtProvider(page, 'Ivy');
    await list.filter({ hasText: 'Google' }).waitFor();
    expect(await list.count()).toBe(2);
    await page.getByRole('button', { name: 'Unlink: Acme ID' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Unlink' }).click();
    await page.getByText('It is no longer linked.').waitFor();
    await list.filter({ hasText: 'Acme ID' }).waitFor({ state: 'detached' });
    expect(await page.getByRole('button', { name: 'Unlink: Google' }).count()).toBe(0);
    await page.context().clearCookies({ domain: '127.0.0.1' });
    await page.getByRole('button', { name: 'Link Acme ID' }).click();
    await beAtProvider(page, 'Boss');
    await heading(page, 'This one belongs to another account.').waitFor();
    await page.getByRole('link', { name: 'Back to your account' }).click();
    await list.filter({ hasText: 'Google' }).waitFor();
  });

  it('terms that change at work are asked for on top of it, and what was asked for goes on', async () => {
    const gwen = await person('Gwen');
    await addKey(gwen.page);
    const prompt = 'Begun under the old terms';
    await write(gwen.page, prompt);
    const { stack } = access;
    await stack.api.kill();
    stack.api = await stack.startApi({ TERMS_VERSION: '2026-02' });
    await gwen.page.getByRole('button', { name: /^Generate/ }).click();
    const dialog = gwen.page.getByRole('dialog', { name: 'The terms have changed' });
    await dialog.getByText('Version 2026-02').waitFor();
    await dialog.getByRole('button', { name: 'Not now' }).click();
    await gwen.page.getByRole('alert').getByText('The terms of service have to be accepted first.').waitFor();
    expect(await promptOf(gwen.page).inputValue()).toBe(prompt);
    await gwen.page.getByRole('button', { name: /^Generate/ }).click();
    await dialog.getByRole('button', { name: 'I have read them and accept' }).click();
    await gwen.page.getByText('There it is.').waitFor();
    expect(await stack.db.generation.count({ where: { prompt } })).toBe(1);
    const accepted = await stack.db.termsAcceptance.findMany({ where: { userId: gwen.id } });
    expect(accepted.map(({ version }) => version)).toEqual(['2026-02']);
  });

  it('and the browsers had nothing to complain of on the whole way', () => {
    expect(visitors.flatMap(({ complaints }) => complaints)).toEqual([]);
  });
});
