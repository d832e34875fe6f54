import { randomBytes } from 'node:crypto';
import { addIdentity } from '@veogate/shared/db/identity-repo';
import { createSession } from '@veogate/shared/db/session-repo';
import { createUser } from '@veogate/shared/db/user-repo';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { sha256 } from '../../apps/api/src/plugins/session.ts';
import { freePort } from '../../scripts/lib/ports.mjs';
import { type OidcAccount, startOidcProvider } from '../../test/support/oidc-provider.ts';
import { type Visitor, visit } from './browser.ts';
import { type StackOptions, startStack } from './stack.ts';

/** The version of the terms at the start. */
export const TERMS = '2026-01';

export type AccessStack = Awaited<ReturnType<typeof startAccessStack>>;

/** Somebody with an account and a browser that is signed in. */
export interface Person {
  id: string;
  name: string;
  visitor: Visitor;
  page: Page;
}

/**
 * A service that people come into by invitation, over HTTPS of its own, with a real identity provider. Whoever enters
 * an account's `sub` at the provider is that account; `boss` is an administrator here.
 */
export async function startAccessStack(accounts: readonly OidcAccount[], options: StackOptions = {}) {
  const port = await freePort();
  const url = `https://localhost:${port}`;
  const redirectUris = ['oidc', 'google'].map((way) => `${url}/auth/${way}/callback`);
  const provider = await startOidcProvider({ accounts, redirectUris });
  const stack = await startStack({
    demo: true,
    ...options,
    port,
    url,
    env: {
      ACCESS_PROFILE: 'invite',
      PUBLIC_URL: url,
      TLS: 'internal',
      OAUTH_OIDC_ISSUER: provider.issuer,
      OAUTH_OIDC_CLIENT_ID: provider.client.id,
      OAUTH_OIDC_CLIENT_SECRET: provider.client.secret,
      OAUTH_OIDC_NAME: 'Acme ID',
      // The same provider once more, as a second way in.
      OAUTH_GOOGLE_ISSUER: provider.issuer,
      OAUTH_GOOGLE_CLIENT_ID: provider.client.id,
      OAUTH_GOOGLE_CLIENT_SECRET: provider.client.secret,
      ADMIN_EMAILS: 'boss@example.test',
      ALERT_WEBHOOK_URL: 'http://127.0.0.1:9/alerts',
      TERMS_VERSION: TERMS,
      CAPTCHA: 'altcha',
      // Many people come from this one address.
      ...{ LIMIT_ANONYMOUS: '0', LIMIT_USER: '0', LIMIT_ADDRESS: '0', LIMIT_VIOLATIONS: '0' },
      ...options.env,
    },
  });
  const { db } = stack;

  /** A browser with nothing in it. */
  const open = (browser: Browser, more: BrowserContextOptions = {}) =>
    visit(browser, { ignoreHTTPSErrors: true, ...more });

  /** Signs somebody in with a browser of their own, without the way through the provider. */
  async function enter(browser: Browser, userId: string, more: BrowserContextOptions = {}): Promise<Visitor> {
    const visitor = await open(browser, more);
    const id = randomBytes(32).toString('base64url');
    const userAgent = await visitor.page.evaluate<string>('navigator.userAgent');
    await createSession(db, { idHash: sha256(id), userId, via: 'oidc', userAgent, address: '127.0.0.1' });
    const cookie = { name: '__Host-veogate', value: id, domain: 'localhost', path: '/', secure: true };
    await visitor.page.context().addCookies([{ ...cookie, httpOnly: true, sameSite: 'Lax' }]);
    return visitor;
  }

  return {
    stack,
    url,
    provider,
    open,
    enter,

    /** Somebody who has been here before, and accepted the terms. Their name at the provider is their name here. */
    async addPerson(
      browser: Browser,
      name: string,
      more: { role?: 'member' | 'admin'; context?: BrowserContextOptions } = {},
    ): Promise<Person> {
      const { role = 'member', context = {} } = more;
      const { id } = await db.$transaction(async (tx) => {
        const user = await createUser(tx, { displayName: name, role });
        const email = `${name.toLowerCase()}@example.test`;
        await addIdentity(tx, user.id, { provider: 'oidc', subject: name, name, email, emailVerified: true });
        return tx.user.update({ where: { id: user.id }, data: { termsVersion: TERMS } });
      });
      const visitor = await enter(browser, id, context);
      return { id, name, visitor, page: visitor.page };
    },

    async close(): Promise<void> {
      await stack.close();
      await provider.close();
    },
  };
}

/** Goes to the provider and comes back, as the account of that name there. */
export async function signInAtProvider(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Continue with Acme ID' }).click();
  await beAtProvider(page, name);
}

/** Goes through the login page of the provider. */
export async function beAtProvider(page: Page, name: string): Promise<void> {
  await page.waitForURL('**/login/*');
  await page.getByRole('textbox', { name: 'Name' }).fill(name);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Calls the API with the cookies of somebody's browser. */
export async function ask<T>(page: Page, method: string, address: string, body?: unknown) {
  const answer = await page.request.fetch(address, {
    method,
    headers: { origin: new URL(address).origin },
    ...(body !== undefined && { data: body }),
  });
  const text = await answer.text();
  return { status: answer.status(), body: (text.startsWith('{') ? JSON.parse(text) : {}) as T };
}
