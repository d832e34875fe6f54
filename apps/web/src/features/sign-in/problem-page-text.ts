import { errorCatalogue, isErrorCode } from '@veogate/shared/domain/errors';
import { type NextStep, signInText as t } from '../../strings/en/sign-in.ts';

export interface FailureNotice {
  heading: string;
  /** What happened, in a sentence. */
  what: string;
  /** What to do. */
  advice: string;
  next: NextStep | undefined;
}

/** What a failed sign-in is told as. A code that this page does not know gets a general text. */
export function noticeOf(code: string): FailureNotice {
  const { title, advice } = errorCatalogue[isErrorCode(code) ? code : 'internal'];
  const { heading, next } = (Object.hasOwn(t.failures, code) && t.failures[code]) || t.unknownFailure;
  return { heading, what: title, advice, next };
}
