/** What looks like a credential, whatever its field is called. */
const CREDENTIALS: readonly [RegExp, string][] = [
  [/-----BEGIN [A-Z ]+-----[\s\S]*?-----END [A-Z ]+-----/g, '[pem]'],
  [/\bBearer\s+[\w.~+/=-]+/gi, 'Bearer [secret]'],
  [/\beyJ[\w-]{8,}(?:\.[\w-]+){0,2}/g, '[secret]'],
  [/\bvgo?_[\w-]{8,}/g, '[secret]'],
  [/\bAIza[\w-]{20,}/g, '[secret]'],
  [/\b(postgres(?:ql)?|rediss?|https?|smtps?):\/\/([^\s:/@]*):[^\s@]+@/g, '$1://$2:[secret]@'],
];
/** Fields that are never logged, whatever they hold. */
const HIDDEN_FIELDS = /^(?:authorization|cookie|set-cookie|secret|password|token|prompt|sealed|body)$/i;
const DEPTH = 8;

/**
 * Masks credentials by value as well as by name: in text, in errors with their stacks and causes, and in whatever is
 * nested inside. Returns a copy.
 *
 * @param secrets further values to mask, such as the keys that are opened right now
 */
export function scrub(value: unknown, secrets: readonly string[] = [], depth = 0): unknown {
  if (typeof value === 'string') return scrubText(value, secrets);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return value;
  if (depth >= DEPTH) return '[deep]';
  if (ArrayBuffer.isView(value)) return '[bytes]';
  if (Array.isArray(value)) return value.map((item) => scrub(item, secrets, depth + 1));
  const entries = value instanceof Error ? errorEntries(value) : Object.entries(value);
  const copy: Record<string, unknown> = {};
  for (const [name, item] of entries) {
    copy[name] = HIDDEN_FIELDS.test(name) ? '[hidden]' : scrub(item, secrets, depth + 1);
  }
  return copy;
}

/** The same for text alone. */
export function scrubText(text: string, secrets: readonly string[] = []): string {
  let clean = text;
  for (const secret of secrets) if (secret.length >= 8) clean = clean.replaceAll(secret, '[secret]');
  for (const [pattern, mask] of CREDENTIALS) clean = clean.replace(pattern, mask);
  return clean;
}

/** The useful parts of an error stand in fields that are not enumerable. */
function errorEntries(error: Error): [string, unknown][] {
  const { name, message, stack, cause } = error;
  const own = Object.entries(error).filter(([field]) => field !== 'name');
  return [
    ['type', name],
    ['message', message],
    ['stack', stack],
    ...(cause ? [['cause', cause] as [string, unknown]] : []),
    ...own,
  ];
}
