import type { Problem } from '@veogate/shared/contracts/common';
import { type AppError, describeError } from '@veogate/shared/domain/errors';

/** An error as RFC 9457 wants it. `type` leads to the code's entry in the documentation. */
export function toProblem(error: AppError, requestId: string): Problem {
  const { status, title, advice, retry, billing } = describeError(error.code);
  const retryAfter = toRetryAfter(error);
  return {
    type: `/docs/errors#${error.code}`,
    title,
    status,
    ...(error.message !== title && { detail: error.message }),
    code: error.code,
    request_id: requestId,
    advice,
    // What a generation would be looked for again for, is simply asked for again here.
    retry: retry === 'look_again' ? 'manual' : retry,
    // The request bills nothing, whatever the same code means for a generation that ended with it.
    ...(billing && { billing: 'not_billed' as const }),
    ...(retryAfter !== undefined && { retry_after_seconds: retryAfter }),
    ...(error.issues.length > 0 && {
      errors: error.issues.map(({ field, message, allowed }) => ({
        field,
        message,
        ...(allowed && { allowed: [...allowed] }),
      })),
    }),
  };
}

/** Whole seconds, as the header `Retry-After` takes them; undefined where nobody knows. */
export function toRetryAfter({ retryAfterMs }: AppError): number | undefined {
  return retryAfterMs === undefined ? undefined : Math.max(1, Math.ceil(retryAfterMs / 1000));
}
