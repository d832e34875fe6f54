import { providerIds } from '../domain/models.ts';
import { providerPages } from '../domain/providers.ts';

/** Somebody whose keys were erased. */
export interface LockedOut {
  displayName: string;
  /** The providers that they had keys of. */
  providers: readonly string[];
}

/** What every user is told after a lockdown: what happened to their keys, and what to do. */
export function writeLockdownMail({ displayName, providers }: LockedOut): { subject: string; text: string } {
  const pages = providerIds
    .filter((id) => providers.includes(id))
    .flatMap((id) => {
      const { name, keysPage } = providerPages[id];
      return keysPage === null ? [] : [`  ${name}: ${keysPage}`];
    });
  const keys =
    pages.length === 0
      ? 'You had no key of a provider saved here, so there is nothing that you have to do.'
      : [
          'Please do this now, at the provider’s own page:',
          ...pages,
          '',
          '1. Withdraw the key that you had saved here.',
          '2. Make a new one.',
          '3. Look through the provider’s history for anything that you did not make.',
        ].join('\n');
  const text = [
    `Hello ${displayName},`,
    '',
    'The Veogate service that you use was locked down by its administrator, as somebody may have got into it.',
    'Every session and access token was revoked, and every key that was saved there was erased.',
    '',
    keys,
    '',
    'Videos that were finished are kept. What was still being made is collected if you enter the same key again in',
    'time, once the service is open again; its administrator will tell you when.',
    '',
  ].join('\n');
  return { subject: 'Veogate was locked down: withdraw your keys', text };
}
