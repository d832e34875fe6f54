/** Has a host of its own, which is how a path that leads elsewhere is told. */
const HERE = 'http://here.invalid';

/**
 * A path of this service to send a browser to; `/` for whatever would lead it elsewhere. Browsers read a backslash as
 * a slash, drop tabs and line breaks, and take what begins with two slashes for another host.
 */
export function toLocalPath(text = '/'): string {
  if (!text.startsWith('/') || /[\\\p{C}\s]/u.test(text) || !URL.canParse(text, HERE)) return '/';
  const { origin, pathname, search, hash } = new URL(text, HERE);
  // `/.//evil` becomes `//evil` once its dots are resolved.
  if (origin !== HERE || pathname.startsWith('//')) return '/';
  return pathname + search + hash;
}
