import type { ErrorEntry } from './entry.ts';

/** What may be wrong with any request, or with the service as it comes. */
export const requestErrors = {
  invalid_request: {
    status: 400,
    title: 'The request is not valid.',
    advice: 'Correct the fields named here.',
    retry: 'after_change',
  },
  unsupported_media_type: {
    status: 415,
    title: 'This kind of body is not understood here.',
    advice: 'Send the content type that the documentation names.',
    retry: 'after_change',
  },
  payload_too_large: {
    status: 413,
    title: 'The request is too large.',
    advice: 'Send less at once.',
    retry: 'after_change',
  },
  request_timeout: {
    status: 408,
    title: 'The request came too slowly.',
    advice: 'Send it again, over a faster connection or in smaller parts.',
    retry: 'manual',
  },
  unauthenticated: {
    status: 401,
    title: 'Nobody is signed in.',
    advice: 'Open the sign-in link again, or send a valid token.',
    retry: 'after_change',
  },
  forbidden: {
    status: 403,
    title: 'This is not allowed.',
    advice: 'Ask an administrator for access.',
    retry: 'after_change',
  },
  origin_refused: {
    status: 403,
    title: 'This request came from another site.',
    advice: 'Use the address that the service prints at its start.',
    retry: 'after_change',
  },
  host_refused: {
    status: 421,
    title: 'This address does not belong to the service.',
    advice: 'Use the address that the service was set up with; at home, localhost or 127.0.0.1.',
    retry: 'never',
  },
  not_found: {
    status: 404,
    title: 'There is nothing here.',
    advice: 'Check the id: it may have been deleted, or belong to somebody else.',
    retry: 'never',
  },
  method_not_allowed: {
    status: 405,
    title: 'This address does not take that method.',
    advice: 'See /docs for what it takes.',
    retry: 'never',
  },
  internal: {
    status: 500,
    title: 'Something went wrong on our side.',
    advice: 'Try again. If it stays, tell the operator the request_id.',
    retry: 'manual',
  },
  unavailable: {
    status: 503,
    title: 'The service cannot do this right now.',
    advice: 'Try again in a moment.',
    retry: 'manual',
  },
  idempotency_mismatch: {
    status: 422,
    title: 'This Idempotency-Key was used for a different request.',
    advice: 'Use a new key for a new request.',
    retry: 'after_change',
  },
  idempotency_in_progress: {
    status: 409,
    title: 'The first request with this Idempotency-Key is still being made.',
    advice: 'Repeat it in a moment.',
    retry: 'manual',
  },
  service_paused: {
    status: 503,
    title: 'New work is paused by the administrator.',
    advice: 'What is already under way will be collected. Try again later.',
    retry: 'manual',
  },
  service_closed: {
    status: 503,
    title: 'The service is closed by the administrator.',
    advice: 'Try again later.',
    retry: 'manual',
  },
} as const satisfies Record<string, ErrorEntry>;
