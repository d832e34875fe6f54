import type { FieldIssue } from './check-request.ts';
import type { RateStanding } from './rate-limit.ts';

export interface ErrorEntry {
  status: number;
  title: string;
  /** What a person can do about it. */
  advice: string;
  /** Whether the same request may succeed later without being changed. */
  retryable: boolean;
  /** For what a generation ends with: whether its provider bills for it. */
  billing?: 'not_billed' | 'maybe_billed' | 'billed';
}

/**
 * Every error that anybody sees, in one place. The API answers them as problem+json with `status`; a generation that
 * went wrong carries one, with its `billing`.
 */
export const errorCatalogue = {
  // Requests
  invalid_request: {
    status: 400,
    title: 'The request is not valid.',
    advice: 'Correct the fields named here.',
    retryable: false,
  },
  unsupported_media_type: {
    status: 415,
    title: 'This kind of body is not understood here.',
    advice: 'Send the content type that the documentation names.',
    retryable: false,
  },
  payload_too_large: {
    status: 413,
    title: 'The request is too large.',
    advice: 'Send less at once.',
    retryable: false,
  },
  request_timeout: {
    status: 408,
    title: 'The request came too slowly.',
    advice: 'Send it again, over a faster connection or in smaller parts.',
    retryable: true,
  },
  unauthenticated: {
    status: 401,
    title: 'Nobody is signed in.',
    advice: 'Open the sign-in link again, or send a valid token.',
    retryable: false,
  },
  forbidden: {
    status: 403,
    title: 'This is not allowed.',
    advice: 'Ask an administrator for access.',
    retryable: false,
  },
  origin_refused: {
    status: 403,
    title: 'This request came from another site.',
    advice: 'Use the address that the service prints at its start.',
    retryable: false,
  },
  host_refused: {
    status: 421,
    title: 'This address does not belong to the service.',
    advice: 'Use the address that the service was set up with; at home, localhost or 127.0.0.1.',
    retryable: false,
  },
  not_found: {
    status: 404,
    title: 'There is nothing here.',
    advice: 'Check the id: it may have been deleted, or belong to somebody else.',
    retryable: false,
  },
  method_not_allowed: {
    status: 405,
    title: 'This address does not take that method.',
    advice: 'See /docs for what it takes.',
    retryable: false,
  },
  internal: {
    status: 500,
    title: 'Something went wrong on our side.',
    advice: 'Try again. If it stays, tell the operator the request_id.',
    retryable: true,
  },
  unavailable: {
    status: 503,
    title: 'The service cannot do this right now.',
    advice: 'Try again in a moment.',
    retryable: true,
  },
  idempotency_mismatch: {
    status: 422,
    title: 'This Idempotency-Key was used for a different request.',
    advice: 'Use a new key for a new request.',
    retryable: false,
  },
  idempotency_in_progress: {
    status: 409,
    title: 'The first request with this Idempotency-Key is still being made.',
    advice: 'Repeat it in a moment.',
    retryable: true,
  },
  service_paused: {
    status: 503,
    title: 'New work is paused by the administrator.',
    advice: 'What is already under way will be collected. Try again later.',
    retryable: true,
  },
  service_closed: {
    status: 503,
    title: 'The service is closed by the administrator.',
    advice: 'Try again later.',
    retryable: true,
  },
  // Who may come in
  suspended: {
    status: 403,
    title: 'This account is suspended.',
    advice: 'Read why and until when under your account, or ask an administrator.',
    retryable: false,
  },
  account_leaving: {
    status: 403,
    title: 'This account is being deleted.',
    advice: 'It goes for good once its paid work is collected.',
    retryable: false,
  },
  role_missing: {
    status: 403,
    title: 'This needs another role.',
    advice: 'Ask an administrator.',
    retryable: false,
  },
  scope_missing: {
    status: 403,
    title: 'The token is not allowed to do this.',
    advice: 'Make a token with the scope that is named here.',
    retryable: false,
  },
  session_needed: {
    status: 403,
    title: 'This is done in the browser, not by a token.',
    advice: 'Sign in with a browser.',
    retryable: false,
  },
  sign_in_again: {
    status: 403,
    title: 'This needs a fresh sign-in.',
    advice: 'Sign in once more, then repeat it.',
    retryable: false,
  },
  terms_required: {
    status: 403,
    title: 'The terms of service have to be accepted first.',
    advice: 'Read and accept them, then repeat what you did.',
    retryable: false,
  },
  captcha_required: {
    status: 403,
    title: 'Show first that you are a person.',
    advice: 'Let your browser solve the puzzle, then repeat what you did.',
    retryable: false,
  },
  captcha_failed: {
    status: 400,
    title: 'The puzzle was not solved.',
    advice: 'Ask for a new one and solve that.',
    retryable: true,
  },
  rate_limited: {
    status: 429,
    title: 'Rate limit exceeded.',
    advice: 'Wait for as long as is said here, then try again.',
    retryable: true,
  },
  network_blocked: {
    status: 403,
    title: 'This network is turned away for a while.',
    advice: 'It made too many requests that were refused. Come back later.',
    retryable: true,
  },
  network_refused: {
    status: 403,
    title: 'This service is not open to your network.',
    advice: 'Connect from a network that it allows, such as its VPN.',
    retryable: false,
  },
  too_many_streams: {
    status: 429,
    title: 'Too many event streams are open.',
    advice: 'Close some of them: one is enough for everything.',
    retryable: true,
  },
  budget_exceeded: {
    status: 402,
    title: 'This would cost more than the budget has left.',
    advice: 'Wait for the next period, or ask an administrator for more.',
    retryable: false,
  },
  allowance_spent: {
    status: 402,
    title: 'This would cost more than your invitation allows.',
    advice: 'Ask whoever invited you for more.',
    retryable: false,
  },
  spend_cap_reached: {
    status: 402,
    title: 'This would cost more than the token may spend.',
    advice: 'Use another token, or make one with a higher cap.',
    retryable: false,
  },
  price_unknown: {
    status: 409,
    title: 'The price of this is not known, and a budget applies.',
    advice: 'Choose a model whose price is known.',
    retryable: false,
  },
  sign_in_state: {
    status: 400,
    title: 'This sign-in was not begun in this browser, or was used before.',
    advice: 'Begin it again from the sign-in page.',
    retryable: true,
  },
  sign_in_denied: {
    status: 403,
    title: 'You were not signed in at the provider.',
    advice: 'Allow it there, or choose another way to sign in.',
    retryable: true,
  },
  sign_in_unavailable: {
    status: 502,
    title: 'The identity provider does not answer as it should.',
    advice: 'Try again in a moment; if it stays, tell the operator.',
    retryable: true,
  },
  identity_unverified: {
    status: 403,
    title: 'What the provider said of you could not be verified.',
    advice: 'Begin again; if it stays, tell the operator.',
    retryable: false,
  },
  email_unverified: {
    status: 403,
    title: 'The provider has not verified your e-mail address.',
    advice: 'Verify it at the provider, then sign in again.',
    retryable: false,
  },
  not_invited: {
    status: 403,
    title: 'This service is by invitation, and there is none for this account.',
    advice: 'Sign in with the account that was invited, or ask for an invitation.',
    retryable: false,
  },
  invitation_invalid: {
    status: 410,
    title: 'This invitation is not valid any more.',
    advice: 'Ask for a new one: each can be used once, and until its end only.',
    retryable: false,
  },
  seats_taken: {
    status: 409,
    title: 'There is no seat left.',
    advice: 'Ask an administrator for one.',
    retryable: false,
  },
  identity_taken: {
    status: 409,
    title: 'This identity belongs to another account here.',
    advice: 'Sign in with it, and unlink it there first.',
    retryable: false,
  },
  last_identity: {
    status: 409,
    title: 'This is the only way into the account.',
    advice: 'Link another one first.',
    retryable: false,
  },
  password_wrong: {
    status: 401,
    title: 'The team password is not right.',
    advice: 'Ask your team for the present one.',
    retryable: false,
  },
  password_weak: {
    status: 503,
    title: 'The team password is too easy to guess, so nobody gets in with it.',
    advice: 'The operator sets a stronger one with: npm run ops -- password',
    retryable: false,
  },
  pin_wrong: {
    status: 401,
    title: 'The PIN does not belong to this name.',
    advice: 'Enter the PIN that the name was claimed with, or take another name.',
    retryable: false,
  },
  claim_refused: {
    status: 403,
    title: 'The claim code is not right, or there is an administrator already.',
    advice: 'Use the code that the service printed at its first start.',
    retryable: false,
  },
  last_admin: {
    status: 409,
    title: 'This is the last administrator.',
    advice: 'Make somebody else an administrator first.',
    retryable: false,
  },
  last_owner: {
    status: 409,
    title: 'A project needs an owner.',
    advice: 'Make somebody else its owner first.',
    retryable: false,
  },
  too_many: {
    status: 409,
    title: 'There are as many of these as there may be.',
    advice: 'Delete one that is not needed any more.',
    retryable: false,
  },
  // Uploads
  image_type: {
    status: 415,
    title: 'This is not a JPEG, PNG or WebP image.',
    advice: 'Convert the image and upload it again.',
    retryable: false,
  },
  image_too_large: {
    status: 413,
    title: 'The image is too large.',
    advice: 'Make it smaller and upload it again.',
    retryable: false,
  },
  image_unreadable: {
    status: 400,
    title: 'The image cannot be read.',
    advice: 'Open it in an image program, save it anew, and upload that.',
    retryable: false,
  },
  upload_incomplete: {
    status: 400,
    title: 'The upload broke off.',
    advice: 'Send the file again, as multipart/form-data in one field named "file".',
    retryable: true,
  },
  too_busy: {
    status: 503,
    title: 'Too much is being done at once.',
    advice: 'Try again in a moment.',
    retryable: true,
  },
  // Keys and generations
  key_not_usable: {
    status: 409,
    title: 'This key cannot be used.',
    advice: 'Choose another key, or add this one again.',
    retryable: false,
  },
  key_secret_malformed: {
    status: 400,
    title: 'This does not look like a key of that provider.',
    advice: 'Copy the whole key from the provider’s page.',
    retryable: false,
  },
  inputs_gone: {
    status: 409,
    title: 'An image of this generation is no longer stored.',
    advice: 'Upload the image again.',
    retryable: false,
    billing: 'not_billed',
  },
  already_submitted: {
    status: 409,
    title: 'The provider is already making it and cannot cancel.',
    advice: 'It is being paid for and will arrive.',
    retryable: false,
  },
  wrong_state: {
    status: 409,
    title: 'This cannot be done in its present state.',
    advice: 'Look at its status and try what it allows.',
    retryable: false,
  },
  output_gone: {
    status: 410,
    title: 'This file is no longer stored.',
    advice: 'Its time of keeping is over, or it was deleted. Generate it again.',
    retryable: false,
  },
  range_not_satisfiable: {
    status: 416,
    title: 'That part of the file does not exist.',
    advice: 'Ask for a range within its size.',
    retryable: false,
  },
  // How a generation can end
  content_filtered: {
    status: 422,
    title: 'The provider’s safety filter refused it.',
    advice: 'Change the prompt or the images, then retry.',
    retryable: true,
    billing: 'not_billed',
  },
  key_refused: {
    status: 401,
    title: 'The provider did not accept the key.',
    advice: 'Check the key at its provider; providers sometimes refuse a valid one for a moment, then retry.',
    retryable: true,
    billing: 'not_billed',
  },
  key_invalid: {
    status: 401,
    title: 'The provider does not know this key.',
    advice: 'Copy the key from the provider’s page again.',
    retryable: false,
    billing: 'not_billed',
  },
  quota_exceeded: {
    status: 402,
    title: 'The key has no quota left.',
    advice: 'Buy more at the provider or wait for its reset, then retry.',
    retryable: true,
    billing: 'not_billed',
  },
  model_retired: {
    status: 410,
    title: 'The provider no longer offers this model.',
    advice: 'Choose another model.',
    retryable: false,
    billing: 'not_billed',
  },
  provider_rejected: {
    status: 422,
    title: 'The provider refused the request.',
    advice: 'Read its reason, change the request, then retry.',
    retryable: true,
    billing: 'not_billed',
  },
  provider_failed: {
    status: 502,
    title: 'The provider could not make it.',
    advice: 'Retry; providers refund what fails on their side.',
    retryable: true,
    billing: 'not_billed',
  },
  provider_rate_limited: {
    status: 429,
    title: 'The provider takes no more requests of this key for the moment.',
    advice: 'It is sent by itself once the provider takes requests again.',
    retryable: true,
    billing: 'not_billed',
  },
  provider_daily_limit: {
    status: 429,
    title: 'The provider takes no more requests of this key today.',
    advice: 'It is sent by itself once the provider’s day is over; another key may have room now.',
    retryable: true,
    billing: 'not_billed',
  },
  provider_down: {
    status: 503,
    title: 'The provider is having trouble.',
    advice: 'It is sent by itself once the provider has recovered.',
    retryable: true,
    billing: 'not_billed',
  },
  provider_unreachable: {
    status: 502,
    title: 'The provider could not be reached.',
    advice: 'Retry when it is back.',
    retryable: true,
    billing: 'not_billed',
  },
  no_result: {
    status: 502,
    title: 'The provider said it was done but delivered nothing.',
    advice: 'Ask the provider before you retry: it may have billed.',
    retryable: true,
    billing: 'maybe_billed',
  },
  outcome_unknown: {
    status: 502,
    title: 'The connection was lost while the provider was being asked.',
    advice:
      'It may have accepted, and may bill. Look at the provider’s page before you generate it anew, or dismiss it.',
    retryable: false,
    billing: 'maybe_billed',
  },
  deadline_passed: {
    status: 504,
    title: 'The provider took too long.',
    advice: 'It may still finish: look again, and it is fetched if it is there.',
    retryable: false,
    billing: 'maybe_billed',
  },
  download_failed: {
    status: 502,
    title: 'The finished file could not be fetched in time.',
    advice: 'Look again; the provider may still have it.',
    retryable: false,
    billing: 'billed',
  },
  key_erased: {
    status: 409,
    title: 'The key was erased before the result was fetched.',
    advice: 'The result may be on the provider’s page.',
    retryable: false,
    billing: 'maybe_billed',
  },
  dismissed: {
    status: 409,
    title: 'Its owner gave it up.',
    advice: 'Should the provider deliver after all, it comes back.',
    retryable: false,
    billing: 'maybe_billed',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorCatalogue;

/** The entry of a code as its general type, for readers that compare entries with each other. */
export function describeError(code: ErrorCode): ErrorEntry {
  return errorCatalogue[code];
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
