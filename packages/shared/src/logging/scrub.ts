/** What looks like a credential, whatever its field is called. None of them reaches past the end of a JSON string. */
const CREDENTIALS: readonly [RegExp, string][] = [
  [/-----BEGIN [A-Z ]+-----[^"]*?(?:-----END [A-Z ]+-----|(?="|$))/g, '[pem]'],
  [/\bBearer\s+[^\s"\\,;]+/gi, 'Bearer [secret]'],
  [/eyJ[\w.~+/=%-]{4,}/g, '[secret]'],
  [/\bvgo?_[\w-]{4,}/g, '[secret]'],
  [/AIza[\w-]{10,}/g, '[secret]'],
  [/\b(?:gh[a-z]|github)_\w{10,}/g, '[secret]'],
  [/([?&](?:code|state|nonce|code_verifier|client_secret|id_token|access_token)=)[^&\s"\\]+/g, '$1[secret]'],
  [/\b(postgres(?:ql)?|rediss?|https?|smtps?):\/\/([^\s:/@"\\]*):[^\s@/"\\]+@/g, '$1://$2:[secret]@'],
];
/** Fields that are never logged, whatever they hold. */
const HIDDEN_FIELDS =
  /^(?:(?:proxy-)?authorization|(?:set-)?cookies?|x-goog-api-key|api_?key|.*secret|.*password|(?:.*_)?token|private_?key|prompt|sealed|body|rawBody)$/i;
/** Deeper than this, and longer, nothing that helps is told. */
const DEPTH = 8;
const ENTRIES = 100;

/** Masks credentials by their looks in a piece of text, which may be JSON; and `secrets`, wherever they stand. */
export function scrubText(text: string, secrets: readonly string[] = []): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length < 4) continue;
    clean = clean.replaceAll(secret, '[secret]').replaceAll(JSON.stringify(secret).slice(1, -1), '[secret]');
  }
  for (const [pattern, mask] of CREDENTIALS) clean = clean.replace(pattern, mask);
  return clean;
}

/**
 * Copies what is to be logged without the fields that are never logged, at any depth; errors with their message, stack
 * and causes, which are not enumerable and would be lost.
 */
export function hideFields(value: unknown, depth = 0): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (depth >= DEPTH) return '[deep]';
  if (ArrayBuffer.isView(value)) return '[bytes]';
  if (Array.isArray(value)) return value.slice(0, ENTRIES).map((item) => hideFields(item, depth + 1));
  const entries = value instanceof Error ? errorEntries(value) : Object.entries(value);
  const copy: Record<string, unknown> = {};
  for (const [name, item] of entries.slice(0, ENTRIES)) {
    copy[name] = HIDDEN_FIELDS.test(name) ? '[hidden]' : hideFields(item, depth + 1);
  }
  return copy;
}

function errorEntries(error: Error): [string, unknown][] {
  const { name, message, stack, cause } = error;
  const own = Object.entries(error).filter(
    ([field]) => !['name', 'message', 'stack', 'cause'].includes(field),
  );
  const parts: [string, unknown][] = [
    ['type', name],
    ['message', message],
    ['stack', stack],
  ];
  if (cause !== undefined) parts.push(['cause', cause]);
  if (error instanceof AggregateError) parts.push(['errors', error.errors]);
  return [...parts, ...own];
}
