import type { NewGeneration } from '../../api/types.ts';

const NAME = 'veogate-unanswered';

/** A request that was sent, and whose answer has not come yet. */
interface Unanswered {
  body: string;
  key: string;
}

/**
 * The idempotency key of a request. The same one for the same request until its answer comes, also over a reload:
 * pressing again after a lost answer begins nothing new, and nobody is billed twice.
 */
export function idempotencyKeyOf(request: NewGeneration): string {
  const body = JSON.stringify(request);
  const before = read();
  if (before?.body === body) return before.key;
  const key = crypto.randomUUID();
  write({ body, key });
  return key;
}

/** An answer came: the next press is meant as another one. */
export function markAnswered(): void {
  write(undefined);
}

/** Where nothing can be stored, for as long as the page lives. */
let inMemory: string | null = null;

function read(): Unanswered | undefined {
  try {
    inMemory = sessionStorage.getItem(NAME);
  } catch {
    // Stays as it is.
  }
  // Only `write` below has put anything there.
  return inMemory === null ? undefined : (JSON.parse(inMemory) as Unanswered);
}

function write(unanswered: Unanswered | undefined): void {
  inMemory = unanswered === undefined ? null : JSON.stringify(unanswered);
  try {
    if (inMemory === null) sessionStorage.removeItem(NAME);
    else sessionStorage.setItem(NAME, inMemory);
  } catch {
    // Kept in memory.
  }
}
