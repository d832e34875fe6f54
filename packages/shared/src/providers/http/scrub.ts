/** Characters of a provider's words that are kept. */
const LONGEST_REASON = 500;
/** Every token of GenAIPro begins so; one that a provider echoes in part is as little anybody's business. */
const TOKEN_LIKE = /\beyJ[\w-]{6}[\w.-]*/g;
const CONTROL = /[\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu;

/**
 * Text from outside, made fit for logs and people: without the secret or anything that looks like a token, without
 * control characters and direction marks, at most 500 characters.
 *
 * @param secret what must not stand in it, in plain text
 */
export function scrub(text: string, secret: string): string {
  const line = text.replace(CONTROL, ' ');
  const hidden = secret === '' ? line : line.replaceAll(secret, '[key]');
  // Cut last: the first half of a secret would no longer be equal to it.
  return hidden
    .replace(TOKEN_LIKE, '[key]')
    .trim()
    .slice(0, LONGEST_REASON)
    .replace(/[\ud800-\udbff]$/, '');
}

/** A network fault in one word, such as ECONNRESET. Its message is left out: it may quote what was sent. */
export function faultOf(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const { code } = at as NodeJS.ErrnoException;
    if (typeof code === 'string') return code;
  }
  return error instanceof Error ? error.name : 'unknown fault';
}
