import { join } from 'node:path';
import { hashTeamPassword } from '@veogate/shared/password/team-password';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../scripts/lib/ports.mjs';
import { CHROMIUM, canBrowse, launchBrowser, visit } from '../support/browser.ts';
import { inspectPage } from '../support/inspect-page.ts';
import { createNeighbour, type Neighbour, whyAlone } from '../support/neighbour.ts';
import { type Stack, startStack } from '../support/stack.ts';

const PASSWORD = 'paper boats at 4 in the rain';
const PIN = '830417';
const reason = whyAlone ? ` (not here: ${whyAlone})` : '';

describe.skipIf(!canBrowse || whyAlone)(`a team on one network${reason}`, () => {
  let neighbour: Neighbour;
  let stack: Stack;
  let browser: Browser;
  let url: string;

  beforeAll(async () => {
    neighbour = await createNeighbour();
    const port = await freePort();
    url = `https://${neighbour.host}:${port}`;
    stack = await startStack({
      demo: true,
      port,
      url,
      env: {
        ACCESS_PROFILE: 'password',
        PUBLIC_URL: url,
        HOST: neighbour.host,
        TLS: 'internal',
        TEAM_PASSWORD_HASH: await hashTeamPassword(PASSWORD),
        ALLOWED_NETWORKS: neighbour.network,
        CLAIM_CODE: 'a-claim-code-of-the-tests',
      },
    });
    browser = await launchBrowser(await neighbour.wrap(CHROMIUM));
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.close();
    await neighbour?.remove();
  });

  const knock = async (page: Page, name: string, pin: string, password = PASSWORD): Promise<void> => {
    await page.getByRole('textbox', { name: 'Team password' }).fill(password);
    await page.getByRole('textbox', { name: 'Your name' }).fill(name);
    await page.getByRole('textbox', { name: 'PIN', exact: true }).fill(pin);
    await page.getByRole('button', { name: 'Sign in' }).click();
  };

  it('somebody at another machine signs in, makes a video, comes back to it, and takes over the administration', async () => {
    const { page, complaints } = await visit(browser, { ignoreHTTPSErrors: true });
    await page.goto(url);
    await page.getByRole('heading', { level: 1, name: 'Come in.' }).waitFor();
    await inspectPage(page, 'sign-in-password');
    await knock(page, 'Ada', PIN, 'paper boats');
    await page.getByRole('alert').getByText('The team password is not right.').waitFor();
    await inspectPage(page, 'sign-in-password-wrong');
    await knock(page, 'Ada', PIN);
    await page.getByText('“Ada” is yours now. Remember the PIN.').waitFor();
    await page.getByRole('button', { name: 'Take a demo key' }).click();
    await page.getByText('A demo key is ready').waitFor();
    await page.getByRole('button', { name: /^A paper boat/ }).click();
    await page.getByRole('button', { name: /^Generate/ }).click();
    await page.getByText('There it is.').waitFor();
    await page.locator('video[controls]').waitFor();
    const [{ address }] = await stack.db.$queryRaw<[{ address: string }]>`select address from sessions`;
    expect(address).toBe(neighbour.address);
    expect(complaints).toEqual([]);

    const later = await visit(browser, { ignoreHTTPSErrors: true });
    await later.page.goto(`${url}/gallery`);
    await knock(later.page, 'ada', '111222');
    await later.page.getByRole('alert').getByText('The PIN does not belong to this name.').waitFor();
    await knock(later.page, 'ada', PIN);
    await later.page.getByRole('article').locator('video').waitFor();
    expect(later.page.url()).toBe(`${url}/gallery`);

    await later.page.goto(`${url}/account`);
    await later.page.getByRole('textbox', { name: 'Claim code' }).fill('a-claim-code-of-the-tests');
    await inspectPage(later.page, 'account-claim');
    await later.page.getByRole('button', { name: 'Become administrator' }).click();
    await later.page.getByText('You are the administrator now.').waitFor();
  });

  /** What a request from over there comes to, by somebody who trusts the service's own CA. */
  const request = (address: string, headers: Record<string, string> = {}) =>
    neighbour.run(
      `import * as http from 'node:http'; import * as https from 'node:https';
       import { checkServerIdentity } from 'node:tls';
       const [address, headers] = ${JSON.stringify([address, headers])};
       const { request } = address.startsWith('https:') ? https : http;
       // The certificate has to name the address, whatever the header says.
       const check = (_, certificate) => checkServerIdentity(new URL(address).hostname, certificate);
       request(address, { headers, agent: false, checkServerIdentity: check }, (answer) => { console.log(answer.statusCode); answer.resume(); })
         .on('error', ({ code }) => console.log(code)).end();`,
      { NODE_EXTRA_CA_CERTS: join(stack.folder, 'tls/ca.crt') },
    );

  it('is talked to over HTTPS alone, by its own name alone', async () => {
    expect(await request(`${url}/v1/meta`)).toBe('200');
    expect(await request(`${url}/v1/meta`, { host: 'veogate.attacker.test' })).toBe('421');
    expect(await request(url.replace('https:', 'http:'))).toBe('ECONNRESET');
  });
});
