import { isIP } from 'node:net';
import { isPublicAddress, lookupPublic, PrivateAddressError } from '../providers/http/public-address.ts';

/** A name server that is silent must not hold a request up; sending asks it again. Milliseconds. */
const LOOKUP_TIMEOUT_MS = 3_000;

const NOT_PUBLIC = 'The address must be on the open internet.';

/**
 * Whether the operator opened this host: then it may be a private one, and plain http.
 *
 * @param allowedHosts `host` or `host:port`, as WEBHOOK_ALLOWED_HOSTS lists them
 */
export function isAllowedHost(url: URL, allowedHosts: readonly string[]): boolean {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return allowedHosts.some((entry) =>
    [url.hostname, `${url.hostname}:${port}`].includes(entry.toLowerCase()),
  );
}

/**
 * Why nothing is sent to an address, as a sentence; null where it may be. Looks at what it says alone: names are looked
 * up by `checkReceiver` where one is saved, and by the connection itself where something is sent.
 *
 * @param text as somebody wrote it. Other ways to write an address (`0x7f.1`, `2130706433`) are undone by the URL
 */
export function refuseReceiver(text: string, allowedHosts: readonly string[]): string | null {
  if (!URL.canParse(text)) return 'The address must be whole, such as https://example.com/hooks.';
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return 'The address must hold no name and no password.';
  if (isAllowedHost(url, allowedHosts)) {
    return ['https:', 'http:'].includes(url.protocol) ? null : 'The address must begin with https://.';
  }
  if (url.protocol !== 'https:') return 'The address must begin with https://.';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // A literal address is connected to without a lookup. A name of one word is of this network.
  const isPublic = isIP(host) === 0 ? /[^.]\.[^.]/.test(host) : isPublicAddress(host);
  return isPublic ? null : NOT_PUBLIC;
}

/** The same, and the name looked up. One that cannot be found now may be found when something is sent. */
export async function checkReceiver(text: string, allowedHosts: readonly string[]): Promise<string | null> {
  const refusal = refuseReceiver(text, allowedHosts);
  if (refusal) return refusal;
  const url = new URL(text);
  if (isAllowedHost(url, allowedHosts) || isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0) return null;
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), LOOKUP_TIMEOUT_MS);
    lookupPublic(url.hostname, {}, (error) => {
      clearTimeout(timer);
      resolve(error instanceof PrivateAddressError ? NOT_PUBLIC : null);
    });
  });
}
