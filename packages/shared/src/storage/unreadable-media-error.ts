import type { ErrorCode } from '../domain/errors.ts';

/** Its beginning is right and the rest is missing; or it is something else. */
type Flaw = Extract<ErrorCode, 'download_truncated' | 'download_unreadable'>;

/** Thrown for a file that is not a whole video or image of the expected sort. */
export class UnreadableMediaError extends Error {
  override readonly name = 'UnreadableMediaError';
  /** Of the catalogue. */
  readonly code: Flaw;

  constructor(code: Flaw, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }
}
