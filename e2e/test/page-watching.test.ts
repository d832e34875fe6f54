import { rewindUsage, rollUpUsage } from '@veogate/shared/db/usage-repo';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seed } from '../../ops/src/seed/seed.ts';
import { type AccessStack, type Person, startAccessStack } from '../support/access.ts';
import { canBrowse, launchBrowser } from '../support/browser.ts';
import { inspectPage } from '../support/inspect-page.ts';
import { type MailServer, startMailServer } from '../support/mail-server.ts';
import { newSecret } from '../support/stack.ts';

describe.skipIf(!canBrowse)('administrators watch, and stop it', () => {
  let mail: MailServer;
  let access: AccessStack;
  let browser: Browser;
  let boss: Person;
  beforeAll(async () => {
    mail = await startMailServer();
    access = await startAccessStack([], {
      env: {
        SMTP_URL: mail.url,
        ALERT_EMAILS: 'boss@example.test',
        ALERT_WEBHOOK_URL: '',
        FLAGS_INTERVAL_MS: '300',
        COUNTS_EVERY_MS: '100',
        // Whoever asks says where they are.
        TRUSTED_PROXIES: '127.0.0.1/32',
      },
    });
    browser = await launchBrowser();
    boss = await access.addPerson(browser, 'Boss', { role: 'admin' });
  });
  afterAll(async () => {
    await browser?.close();
    await access?.close();
    await mail?.close();
  });
  const go = (path: string) => boss.page.goto(access.url + path);

  it('an attack is flagged, mailed, looked into; the account is suspended, the service paused and reopened', async () => {
    const { page } = boss;
    const mallory = await access.addPerson(browser, 'Mallory');
    const { request } = mallory.page;
    const addKey = (address: string) =>
      request.post(`${access.url}/v1/keys`, {
        data: { provider: 'genaipro', secret: newSecret() },
        headers: { origin: access.url, 'x-forwarded-for': address },
      });
    // The script of somebody who got hold of a session.
    for (let n = 1; n <= 6; n += 1) expect((await addKey(`198.18.${n}.9`)).status()).toBe(201);

    const told = await mail.next('the mail', ({ subject }) => subject.includes('Mallory'));
    expect(told.to).toEqual(['boss@example.test']);
    const [link = ''] = /https:\S+/.exec(told.text) ?? [];
    await page.goto(link);
    await page.getByRole('heading', { name: 'One account from many networks: Mallory' }).waitFor();
    await page.getByText('By mail: sent').waitFor();
    await page.getByRole('textbox', { name: 'Note' }).fill('Called her: it is not her.');
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByText('Called her: it is not her.').waitFor();

    await page.getByRole('link', { name: 'What they did' }).click();
    await page.getByRole('cell', { name: '198.18.1.9' }).waitFor();
    await page.goBack();
    await page.getByRole('link', { name: 'The account' }).click();
    await page.getByRole('button', { name: 'Suspend: Mallory' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('Please call us.');
    await dialog.getByRole('button', { name: 'Suspend' }).click();
    await page.getByText('The account is suspended.').waitFor();
    expect((await addKey('198.18.1.9')).status()).toBe(403);

    await page.getByRole('link', { name: 'Off switch: Open' }).click();
    await page.getByRole('textbox', { name: 'Reason' }).fill('Looking for more of them.');
    await page.getByRole('button', { name: 'Set to paused' }).click();
    await page.getByRole('link', { name: 'Off switch: Paused' }).waitFor();
    await page.getByText('Looking for more of them.').waitFor();
    const meta = await request.get(`${access.url}/v1/meta`);
    expect((await meta.json()).mode).toBe('paused');
    await page.getByRole('button', { name: 'Set to open' }).click();
    await page.getByRole('link', { name: 'Off switch: Open' }).waitFor();

    await page.goto(link);
    await page.getByRole('textbox', { name: 'Note' }).fill('Suspended; she makes a new key.');
    await page.getByRole('button', { name: 'Resolve' }).click();
    await page.getByRole('button', { name: 'Reopen' }).waitFor();
    await page.getByRole('link', { name: 'All red flags' }).click();
    await page.getByText('Nothing is open.').waitFor();
  });

  it('a lockdown says beforehand what it takes away, and asks for the word', async () => {
    const { page } = boss;
    await go('/admin?view=switch');
    await page.getByRole('button', { name: 'Lock down …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/^\d+ saved keys of providers/).waitFor();
    await dialog.getByText(/^\d+ people are told by mail/).waitFor();
    await dialog.getByRole('textbox', { name: 'Write lockdown to confirm' }).fill('lock');
    await dialog.getByRole('button', { name: 'Lock down' }).click();
    expect(await access.stack.db.serviceMode.count({ where: { mode: 'open' } })).toBe(1);
    await inspectPage(page, 'admin-lockdown');
    await dialog.getByRole('button', { name: 'Leave it' }).click();
  });

  it('thresholds are tried on the past, and set', async () => {
    const { page } = boss;
    await go('/admin?view=flags');
    await page.getByRole('button', { name: 'Set: One account from many networks' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Try it on the last seven days' }).click();
    await dialog.getByText('It would have been raised 1 times.').waitFor();
    await dialog.getByRole('spinbutton', { name: 'Networks within an hour' }).fill('9');
    await dialog.getByRole('button', { name: 'Try it on the last seven days' }).click();
    await dialog.getByText(/none would have found anything/).waitFor();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Networks within an hour: 9').waitFor();
  });

  it('a person is limited, and a model is withdrawn and offered again', async () => {
    const { page } = boss;
    await go(`/admin?view=people&person=${boss.id}`);
    await page.getByRole('button', { name: /^Limit / }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Generations' }).fill('12');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('at most 12 generations within the window').waitFor();

    await go('/admin?view=limits');
    await page
      .getByRole('listitem')
      .filter({ hasText: 'LIMIT_GENERATIONS_SECONDS' })
      .getByText('300')
      .waitFor();
    const withdraw = page.getByRole('button', { name: /^Withdraw / });
    const offered = await withdraw.count();
    await withdraw.first().click();
    await dialog.getByRole('textbox', { name: 'Why' }).fill('Its price is being looked at.');
    await dialog.getByRole('button', { name: 'Withdraw' }).click();
    await page.getByText('Its price is being looked at.').waitFor();
    expect(await withdraw.count()).toBe(offered - 1);
    await page.getByRole('button', { name: /^Offer .* again$/ }).click();
    await page.getByText('The model is offered again.').waitFor();
  });

  it('an auditor sees everything and changes nothing', async () => {
    const auditor = await access.addPerson(browser, 'Auditor');
    await access.stack.db.user.update({ where: { id: auditor.id }, data: { role: 'auditor' } });
    const { page } = auditor;
    for (const [view, name] of [
      ['switch', 'Off switch'],
      ['flags', 'Rules'],
      ['checklist', 'Checklist'],
      ['incidents', 'Red flags'],
      ['limits', 'Limits and models'],
    ] as const) {
      await page.goto(`${access.url}/admin?view=${view}`);
      await page.getByRole('heading', { name, level: 1 }).waitFor();
      await page.getByText('You may read everything here, and change nothing.').waitFor();
      expect([view, await page.getByRole('button', { name: /^(Set|Tick|Lock|Withdraw)/ }).count()]).toEqual([
        view,
        0,
      ]);
    }
  });

  describe('with ninety days behind it, every page is for everybody: wide, narrow, light, dark', () => {
    beforeAll(async () => {
      const { db } = access.stack;
      await seed(db, new Date(), 90);
      await rewindUsage(db);
      await rollUpUsage(db);
    });

    it.each([
      ['overview', 'Processes'],
      ['incidents', undefined],
      ['usage', 'People with the most'],
      ['generations', 'All of them'],
      ['queue', 'Jobs'],
      ['limits', 'Models'],
      ['checklist', 'Every day'],
      ['audit', undefined],
      ['flags', undefined],
      ['switch', 'Lockdown'],
    ])('%s', async (view, awaited) => {
      const { page } = boss;
      await go(`/admin?view=${view}`);
      if (awaited) await page.getByRole('heading', { name: awaited, exact: true }).waitFor();
      else await page.locator('main').getByRole('listitem').or(page.getByRole('row')).first().waitFor();
      await inspectPage(page, `admin-${view}`);
    });

    it('a red flag with its history', async () => {
      const { page } = boss;
      await go('/admin?view=incidents');
      await page.getByRole('link', { name: /^Look into it: One account from many networks/ }).click();
      await page.getByText(/on tour with the band/).waitFor();
      await inspectPage(page, 'admin-incident');
    });

    it('a bar leads to the generations behind it', async () => {
      const { page } = boss;
      await go('/admin?view=usage');
      const chart = page.getByRole('figure', { name: 'Generations over time' });
      const bar = chart.getByRole('link').last();
      const says = (await bar.getAttribute('aria-label')) ?? '';
      const count = [...says.matchAll(/(\d+) [a-z]/g)].reduce((sum, [, n]) => sum + Number(n), 0);
      await bar.click();
      await page.getByRole('heading', { name: 'Generations', level: 1 }).waitFor();
      const list = page.getByRole('list', { name: 'All of them' });
      await list.getByRole('listitem').first().waitFor();
      expect(await list.getByRole('listitem').count()).toBe(Math.min(count, 25));
    });

    it('what one person generated, for themselves', async () => {
      const { userId } = await access.stack.db.generation.findFirstOrThrow({ select: { userId: true } });
      await access.stack.db.user.update({ where: { id: userId }, data: { termsVersion: '2026-01' } });
      const { page } = await access.enter(browser, userId);
      await page.goto(`${access.url}/usage`);
      await page.getByRole('figure', { name: 'Generations over time' }).waitFor();
      expect(await page.getByRole('heading', { name: 'People with the most' }).count()).toBe(0);
      await inspectPage(page, 'usage');
    });
  });

  it('and the browser had nothing to complain of on the whole way', () => {
    expect(boss.visitor.complaints).toEqual([]);
  });
});
