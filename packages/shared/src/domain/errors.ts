import type { FieldIssue } from './check-request.ts';
import { accessErrors } from './errors/access.ts';
import type { Billing, ErrorEntry, RetryRule } from './errors/entry.ts';
import { generationErrors } from './errors/generations.ts';
import { makingErrors } from './errors/making.ts';
import { requestErrors } from './errors/requests.ts';
import type { RateStanding } from './rate-limit.ts';

/** The catalogue by subject, in the order in which one reads it. */
export const errorSubjects = [
  { name: 'What a generation ends with, or waits for', errors: generationErrors },
  { name: 'Requests', errors: requestErrors },
  { name: 'Who may come in', errors: accessErrors },
  { name: 'Images, keys and generations', errors: makingErrors },
] as const satisfies readonly { name: string; errors: Readonly<Record<string, ErrorEntry>> }[];

/**
 * Every error that anybody sees, in one place. The API answers them as problem+json with `status`; a generation that
 * went wrong carries one, with its `billing`.
 */
export const errorCatalogue = {
  ...requestErrors,
  ...accessErrors,
  ...makingErrors,
  ...generationErrors,
} as const;

export type ErrorCode = keyof typeof errorCatalogue;

/** The entry of a code as its general type, for readers that compare entries with each other. */
export function describeError(code: ErrorCode): ErrorEntry & { billing?: Billing } {
  return errorCatalogue[code];
}

/** Whether the same request may succeed later without being changed. */
export function isRetryable(rule: RetryRule): boolean {
  return rule === 'manual' || rule === 'automatic';
}

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorCatalogue, text);
}

/** Thrown wherever a request or a step cannot go on; each edge translates it once. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly issues: readonly FieldIssue[];
  /** Milliseconds until another try makes sense, where that is known. */
  readonly retryAfterMs: number | undefined;
  /** Which limit was gone over, where one was. */
  readonly standing: RateStanding | undefined;

  /**
   * @param detail a sentence about this very case; the catalogue's title stands before it
   */
  constructor(
    code: ErrorCode,
    detail = '',
    options: {
      issues?: readonly FieldIssue[];
      retryAfterMs?: number;
      standing?: RateStanding;
      cause?: unknown;
    } = {},
  ) {
    super(detail || errorCatalogue[code].title, { cause: options.cause });
    this.code = code;
    this.issues = options.issues ?? [];
    this.retryAfterMs = options.retryAfterMs;
    this.standing = options.standing;
  }
}

/** A request in which one field is wrong. */
export function invalidField(field: string, message: string, allowed?: readonly string[]): AppError {
  const issue = { field, message, ...(allowed && { allowed }) };
  return new AppError('invalid_request', message, { issues: [issue] });
}
