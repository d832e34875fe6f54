import Bowser from 'bowser';

/** Of a client that it does not know the parser says whatever stands first. */
const MAX_LENGTH = 60;

/**
 * What its owner recognises a session by, such as `Firefox on Linux`.
 *
 * @param userAgent as the client sent it, cut when it was stored; anything may stand in it
 */
export function toDeviceName(userAgent: string | null): string {
  if (!userAgent) return 'Unknown device';
  const { browser, os } = Bowser.parse(userAgent);
  const name = browser.name && os.name ? `${browser.name} on ${os.name}` : browser.name || os.name;
  return name?.slice(0, MAX_LENGTH) || 'Unknown device';
}
