/**
 * A path of this page to come back to after a sign-in. Anything that leads elsewhere becomes the first page: an address
 * that somebody was sent must not take them to another site.
 */
export function safeReturn(path: unknown, origin = location.origin): string {
  if (typeof path !== 'string' || !path.startsWith('/') || path.length > 500) return '/';
  try {
    const url = new URL(path, origin);
    if (url.origin !== origin || isOfSignIn(url.pathname)) return '/';
    return url.pathname + url.search;
  } catch {
    return '/';
  }
}

function isOfSignIn(pathname: string): boolean {
  return pathname === '/sign-in' || pathname === '/launch';
}

/** Where the visitor is, to come back to. */
export function here(): string {
  return safeReturn(location.pathname + location.search);
}
