import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const COMMAND = process.env['TEST_CHROMIUM'] || 'chromium';
export const CHROMIUM =
  ['', '/usr/bin/', '/usr/local/bin/'].map((folder) => folder + COMMAND).find((path) => existsSync(path)) ??
  '';

/** Whether tests in a browser can run here. In CI they must: a browser that is missing there makes them fail. */
export const canBrowse = CHROMIUM !== '' || process.env['CI'] === 'true';

/** A headless Chromium that calls nobody by itself. */
export function launchBrowser(executablePath = CHROMIUM): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export const desk = { width: 1440, height: 900 };
export const phone = { width: 360, height: 780 };

export interface Visitor {
  page: Page;
  /** What the browser complained of: errors of scripts, and what the page's own policy refused. */
  complaints: string[];
}

/** Somebody with a browser of their own, and nothing in it. What moves stands still, so that the machine rests too. */
export async function visit(browser: Browser, options: BrowserContextOptions = {}): Promise<Visitor> {
  const context = await browser.newContext({ viewport: desk, reducedMotion: 'reduce', ...options });
  return watch(await context.newPage());
}

/** The same, signed in with the token of the launch link, and on one of the service's pages. */
export async function signIn(
  browser: Browser,
  { url, token }: { url: string; token: string },
  { path = '/', ...options }: BrowserContextOptions & { path?: string } = {},
): Promise<Visitor> {
  const visitor = await visit(browser, options);
  // The link's own page costs a second load of everything; where it is to be seen, a test opens it itself.
  const answer = await visitor.page
    .context()
    .request.post(`${url}/auth/launch`, { data: { token }, headers: { origin: url } });
  if (!answer.ok()) throw new Error(`The launch token was answered ${answer.status()}.`);
  await visitor.page.goto(url + path);
  return visitor;
}

/** Another tab of the same browser. */
export async function openTab(visitor: Visitor, address: string): Promise<Visitor> {
  const tab = watch(await visitor.page.context().newPage());
  await tab.page.goto(address);
  return tab;
}

function watch(page: Page): Visitor {
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    // An answer that is an error is the page's business, and the browser reports each.
    const isAnswer = message.text().startsWith('Failed to load resource');
    if (['error', 'warning'].includes(message.type()) && !isAnswer) complaints.push(message.text());
  });
  return { page, complaints };
}
