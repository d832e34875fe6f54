import type { GenerationErrorEntry } from './entry.ts';
import { storingErrors } from './storing.ts';

/** What a generation can end with, or wait for. */
export const generationErrors = {
  // It waits
  key_unchecked: {
    status: 503,
    title: 'Its key has not been checked yet.',
    advice: 'It is sent by itself once the provider has said that the key is good.',
    retry: 'automatic',
    billing: 'not_billed',
  },
  key_needs_reentry: {
    status: 409,
    title: 'The provider does not accept its key any more.',
    advice: 'It keeps its place: have the key checked again under Keys, or cancel it and use another key.',
    retry: 'after_change',
    billing: 'not_billed',
  },
  provider_rate_limited: {
    status: 429,
    title: 'The provider takes no more requests of this key for the moment.',
    advice: 'It is sent by itself once the provider takes requests again.',
    retry: 'automatic',
    billing: 'not_billed',
  },
  provider_daily_limit: {
    status: 429,
    title: 'The provider takes no more requests of this key today.',
    advice: 'It is sent by itself once the provider’s day is over; another key may have room now.',
    retry: 'automatic',
    billing: 'not_billed',
  },
  provider_unreachable: {
    status: 502,
    title: 'The provider could not be reached.',
    advice: 'It is sent by itself once the provider can be reached.',
    retry: 'automatic',
    billing: 'not_billed',
  },
  provider_down: {
    status: 503,
    title: 'The provider is having trouble.',
    advice: 'It is sent by itself once the provider has recovered.',
    retry: 'automatic',
    billing: 'not_billed',
  },
  not_prepared: {
    status: 503,
    title: 'This service could not make it ready for the provider.',
    advice: 'It is tried again by itself; if it stays, tell the operator.',
    retry: 'automatic',
    billing: 'not_billed',
  },
  // It was not sent, or refused before anything was made
  retries_exhausted: {
    status: 502,
    title: 'It could not be sent, however often it was tried.',
    advice: 'Read what came of the last try, then retry when that is over.',
    retry: 'manual',
    billing: 'not_billed',
  },
  inputs_gone: {
    status: 409,
    title: 'An image of this generation is no longer stored.',
    advice: 'Upload the image again.',
    retry: 'after_change',
    billing: 'not_billed',
  },
  key_refused: {
    status: 401,
    title: 'The provider did not accept the key.',
    advice: 'Retry: providers sometimes refuse a good key for a moment. If it stays, check the key there.',
    retry: 'manual',
    billing: 'not_billed',
  },
  key_invalid: {
    status: 401,
    title: 'The provider does not know this key.',
    advice: 'Copy the key from the provider’s page again, and add it under Keys.',
    retry: 'after_change',
    billing: 'not_billed',
  },
  quota_exceeded: {
    status: 402,
    title: 'The key has no quota left.',
    advice: 'Buy more at the provider or wait for its reset, then retry; or use another key.',
    retry: 'manual',
    billing: 'not_billed',
  },
  model_retired: {
    status: 410,
    title: 'The provider no longer offers this model.',
    advice: 'Use it again with another model.',
    retry: 'after_change',
    billing: 'not_billed',
  },
  invalid_parameter: {
    status: 422,
    title: 'The provider does not take the request as it is worded.',
    advice: 'Change what its reason names: a setting, the prompt or an image.',
    retry: 'after_change',
    billing: 'not_billed',
  },
  provider_rejected: {
    status: 422,
    title: 'The provider refused the request.',
    advice: 'Read its reason; ask the provider where that does not help.',
    retry: 'after_change',
    billing: 'not_billed',
  },
  // It was made, or ought to have been
  content_filtered: {
    status: 422,
    title: 'The provider’s safety filter refused it.',
    advice: 'Change the prompt or the images; the same may also pass at another try.',
    retry: 'manual',
    billing: 'not_billed',
  },
  provider_failed: {
    status: 502,
    title: 'The provider could not make it.',
    advice: 'Retry; providers refund what fails on their side.',
    retry: 'manual',
    billing: 'not_billed',
  },
  no_result: {
    status: 502,
    title: 'The provider said it was done but delivered nothing.',
    advice: 'Ask the provider before you retry: it may have billed, and is counted here as if it had.',
    retry: 'manual',
    billing: 'maybe_billed',
  },
  outcome_unknown: {
    status: 502,
    title: 'The connection was lost while the provider was being asked.',
    advice:
      'Nothing is sent a second time, so that nobody is billed twice; it is looked for in the provider’s history. If it is not on the provider’s page either, give it up and make it anew.',
    retry: 'look_again',
    billing: 'maybe_billed',
  },
  dismissed: {
    status: 409,
    title: 'Its owner gave it up.',
    advice: 'Should the provider deliver after all, it comes back.',
    retry: 'never',
    billing: 'maybe_billed',
  },
  deadline_passed: {
    status: 504,
    title: 'The provider took too long.',
    advice: 'It may still finish. Looking again costs nothing, and fetches it if it is there.',
    retry: 'look_again',
    billing: 'maybe_billed',
  },
  ...storingErrors,
  key_erased: {
    status: 409,
    title: 'The key was erased before the result was fetched.',
    advice: 'The result may be on the provider’s page.',
    retry: 'never',
    billing: 'maybe_billed',
  },
} as const satisfies Record<string, GenerationErrorEntry>;

/** A code that a generation can end with, or wait for. */
export type GenerationErrorCode = keyof typeof generationErrors;

export function isGenerationErrorCode(text: string): text is GenerationErrorCode {
  return Object.hasOwn(generationErrors, text);
}
